// The tray: the items liked and disliked so far, which steer the recommendations.

import { make } from "./elements.js";
import { itemLink } from "./card.js";
import { titleOf } from "./labels.js";
import { picture } from "./picture.js";
import { hasTaste, isSteered } from "./state.js";

const SIDES = [
  { side: "liked", label: "More like", sign: "+" },
  { side: "disliked", label: "Less like", sign: "−" },
];

/**
 * Fills the tray's element.
 *
 * @param {HTMLElement} place
 * @param {object} context
 * @param {object} context.state
 * @param {Map<string, object>} context.known items seen so far; an unseen one shows its id.
 * @param {object|null} context.schema
 * @param {function(string): string} context.hrefOf
 * @param {function(string): void} context.open
 * @param {function(string): void} context.remove
 * @param {function(): void} context.reset
 */
export function fillTray(place, context) {
  const { state, reset } = context;
  place.hidden = !hasTaste(state);
  if (place.hidden) return place.replaceChildren();
  const groups = SIDES.filter(({ side }) => state[side].length).map((one) => group(one, context));
  const clear = make("button", { type: "button", class: "plain", onclick: reset }, "Reset");
  place.replaceChildren(make("div", { class: "tray-groups" }, ...groups), hint(state), clear);
}

function hint(state) {
  const text = isSteered(state) ? "" : "Like something or search in words: less of this needs a direction to turn from.";
  return make("p", { class: "hint", hidden: !text }, text);
}

function group({ side, label, sign }, context) {
  return make(
    "div",
    { class: `tray-group tray-${side}` },
    make("h2", { id: `tray-${side}` }, make("span", { class: "sign", "aria-hidden": "true" }, sign), label),
    make(
      "ul",
      { "aria-labelledby": `tray-${side}` },
      ...context.state[side].map((id) => thumb(id, context)),
    ),
  );
}

function thumb(id, { known, schema, hrefOf, open, remove }) {
  const item = known.get(id) ?? { item_id: id };
  const title = titleOf(item, schema);
  return make(
    "li",
    { class: "thumb", "data-item": id },
    itemLink(
      { href: hrefOf(id), open: () => open(id), "aria-label": title, title },
      picture(item, title),
    ),
    make(
      "button",
      { type: "button", class: "remove", "aria-label": `Remove ${title}`, onclick: () => remove(id) },
      "×",
    ),
  );
}
