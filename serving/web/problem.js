// Says in words what went wrong, which field it was, and what would have been accepted.

import { make } from "./elements.js";

const SHOWN_VALUES = 40;
const LONG_DETAIL = 160;

/**
 * A box with the problem and what can be done about it.
 *
 * @param {import("./service.js").Problem} problem
 * @param {{label: string, act: function(): void}[]} remedies become buttons, in this order.
 */
export function problemBox(problem, remedies = []) {
  return make(
    "div",
    { class: "problem", role: "alert" },
    make("h2", {}, problem.title),
    !isToldByFacts(problem) && make("p", { dir: "auto" }, problem.detail),
    facts(problem),
    make(
      "p",
      { class: "remedies" },
      ...remedies.map(({ label, act }) =>
        make("button", { type: "button", class: "plain", onclick: act }, label),
      ),
    ),
  );
}

/** A long detail that only lists what is allowed is better read from the list below it. */
function isToldByFacts({ detail, allowed }) {
  return !detail || (Array.isArray(allowed) && detail.length > LONG_DETAIL);
}

function facts({ field, got, allowed }) {
  const rows = [
    field && ["Field", make("code", {}, field)],
    got !== null && got !== undefined && ["Got", make("code", {}, asText(got))],
    allowed !== null && allowed !== undefined && ["Allowed", allowedValues(allowed)],
  ].filter(Boolean);
  if (!rows.length) return null;
  return make(
    "dl",
    { class: "facts" },
    ...rows.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]),
  );
}

function allowedValues(allowed) {
  const values = Array.isArray(allowed) ? allowed.map(asText) : [asText(allowed)];
  const shown = values.slice(0, SHOWN_VALUES).map((value) => make("code", {}, value));
  const left = values.length - shown.length;
  return make("span", { class: "allowed" }, ...shown, left > 0 && `and ${left} more`);
}

function asText(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
