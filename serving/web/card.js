// One item of a list: its picture, name, brand, price, score, and the two buttons of taste.

import { isPlainClick, make } from "./elements.js";
import { brandOf, priceOf, scoreOf, titleOf } from "./labels.js";
import { picture } from "./picture.js";

/**
 * @param {object} item as the API gives it.
 * @param {object} context
 * @param {object|null} context.schema
 * @param {string} context.href address of the item's panel.
 * @param {function(): void} context.open shows the panel.
 * @param {"liked"|"disliked"|null} context.taste where the item is in the tray.
 * @param {function("liked"|"disliked"): void} context.toggle puts it there, or takes it out.
 */
export function card(item, { schema, href, open, taste, toggle }) {
  const title = titleOf(item, schema);
  return make(
    "li",
    { class: "card", "data-item": item.item_id },
    itemLink({ class: "card-link", href, open }, picture(item, title), about(item, title)),
    tasteButtons(title, taste, toggle),
  );
}

/** A link to an item's panel: a plain click opens it here, others are the browser's. */
export function itemLink({ href, open, ...attributes }, ...children) {
  const onclick = (event) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    open();
  };
  return make("a", { ...attributes, href, onclick }, ...children);
}

function about(item, title) {
  const brand = brandOf(item);
  return make(
    "span",
    { class: "about" },
    brand && make("span", { class: "brand", dir: "auto" }, brand),
    title !== item.item_id && make("span", { class: "name", dir: "auto" }, title),
    make(
      "span",
      { class: "line" },
      priceOf(item) && make("span", { class: "price" }, priceOf(item)),
      make("span", { class: "id" }, item.item_id),
      scoreTag(item),
    ),
  );
}

/** The score, where the list has one. */
export function scoreTag(item) {
  const score = scoreOf(item);
  if (score === null) return null;
  return make(
    "span",
    { class: "score", title: `score ${item.score}` },
    make("span", { class: "hidden" }, "score "),
    score,
  );
}

/** "More" and "Less": pressed where the item is in the tray already; `isLong` spells them out. */
export function tasteButtons(title, taste, toggle, { isLong = false } = {}) {
  const button = (side, sign, word, label) =>
    make(
      "button",
      {
        type: "button",
        class: `taste taste-${side}`,
        "aria-pressed": String(taste === side),
        "aria-label": `${label}: ${title}`,
        title: label,
        onclick: () => toggle(side),
      },
      make("span", { class: "sign", "aria-hidden": "true" }, sign),
      make("span", { "aria-hidden": "true" }, isLong ? label : word),
    );
  return make(
    "div",
    { class: "tastes", role: "group", "aria-label": `Taste: ${title}` },
    button("liked", "+", "More", "More like this"),
    button("disliked", "−", "Less", "Less like this"),
  );
}
