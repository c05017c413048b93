// Says in words what went wrong, which field it was, and what would have been accepted.

import { make } from "./elements.js";

const SHOWN_VALUES = 24;
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
    allowed !== null && allowed !== undefined && ["Allowed", allowedValues(allowed, got)],
  ].filter(Boolean);
  if (!rows.length) return null;
  return make(
    "dl",
    { class: "facts" },
    ...rows.flatMap(([term, value]) => [make("dt", {}, term), make("dd", {}, value)]),
  );
}

function allowedValues(allowed, got) {
  const texts = [allowed].flat().map(asText);
  // Of many values the ones that were probably meant come first, the others keep their order.
  const values =
    texts.length > SHOWN_VALUES
      ? texts.toSorted((a, b) => likeness(b, asText(got ?? "")) - likeness(a, asText(got ?? "")))
      : texts;
  const shown = values.slice(0, SHOWN_VALUES).map((value) => make("code", {}, value));
  const left = values.length - shown.length;
  return make("span", { class: "allowed" }, ...shown, left > 0 && `and ${left} more`);
}

/** The share of pairs of neighbouring letters that two texts have in common, 0..1. */
function likeness(one, other) {
  const [own, others] = [pairsOf(one), pairsOf(other)];
  const shared = [...own].filter((pair) => others.has(pair)).length;
  return shared / Math.max(1, own.size + others.size - shared);
}

function pairsOf(text) {
  const letters = ` ${text.toLowerCase()} `;
  return new Set(Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2)));
}

function asText(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
