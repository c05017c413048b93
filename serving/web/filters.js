// The filters, drawn from whatever schema is in use, and the chips that name those chosen.

import { make } from "./elements.js";
import { Facet } from "./facet.js";
import { fieldLabel } from "./labels.js";
import { PriceRange } from "./price.js";
import { withFilter, withValue } from "./state.js";

const OPEN_AT_FIRST = 2;
const WIDE = "(min-width: 901px)";

/** The form of filters: drawn once for a schema, then following the state. */
export class Filters {
  #form;
  #change;
  #facets = [];
  #price = null;

  /**
   * @param {HTMLFormElement} form
   * @param {function(function(object): object): void} change steps from state to state.
   */
  constructor(form, change) {
    this.#form = form;
    this.#change = change;
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Draws a facet for each standard field; `labels` is field -> value -> label. */
  draw(schema, labels, state) {
    const toggle = (name, value, isOn) =>
      this.#change((now) => withValue(now, name, value, isOn));
    // A sheet on a narrow screen begins with the names of all fields in view.
    const numOpen = matchMedia(WIDE).matches ? OPEN_AT_FIRST : 0;
    this.#facets = Object.entries(schema.standard).map(
      ([field, values], index) =>
        new Facet({ field, values, labels: labels.get(field), isOpen: index < numOpen, toggle }),
    );
    this.#form.replaceChildren(...this.#parts().map((part) => part.element));
    this.follow(state);
  }

  /** Offers a range of what the metadata calls `name`; asked again, does nothing. */
  offerPrice(name, state) {
    if (this.#price) return;
    this.#price = new PriceRange(name, this.#change);
    this.#price.follow(state);
    this.#form.prepend(this.#price.element);
  }

  /** Shows `box` in place of the facets, when there is no schema to draw. */
  replaceBy(box) {
    this.#facets = [];
    this.#form.replaceChildren(box);
  }

  /** Ticks what the state has chosen. */
  follow(state) {
    this.#parts().forEach((part) => part.follow(state));
  }

  #parts() {
    return this.#price ? [this.#price, ...this.#facets] : this.#facets;
  }
}

/** Fills the list of chips: one for each value chosen, a click takes it away. */
export function fillChips(place, state, labels, change) {
  const chips = Object.entries(state.filters).flatMap(([name, wanted]) =>
    Array.isArray(wanted)
      ? wanted.map((value) => valueChip(name, value, labels, change))
      : [chip(name, rangeText(wanted), () => change((now) => withFilter(now, name, null)))],
  );
  const clear = () => change((now) => ({ ...now, filters: {} }));
  if (chips.length > 1) {
    chips.push(make("li", {}, make("button", { type: "button", class: "clear", onclick: clear }, "Clear filters")));
  }
  place.hidden = !chips.length;
  place.replaceChildren(...chips);
}

function valueChip(name, value, labels, change) {
  const label = labels.get(fieldOf(name))?.get(value) ?? value;
  return chip(name, label, () => change((now) => withValue(now, name, value, false)));
}

function chip(name, text, remove) {
  const field = fieldLabel(fieldOf(name));
  return make(
    "li",
    {},
    make(
      "button",
      { type: "button", class: "chip", "aria-label": `Remove filter ${field}: ${text}`, onclick: remove },
      make("span", { class: "chip-field" }, field),
      make("span", { dir: "auto" }, text),
      make("span", { class: "cross", "aria-hidden": "true" }, "×"),
    ),
  );
}

function fieldOf(name) {
  return name.slice(name.indexOf(".") + 1);
}

function rangeText({ gte, lte }) {
  if (gte === undefined) return `up to ${lte.toLocaleString()}`;
  if (lte === undefined) return `from ${gte.toLocaleString()}`;
  return `${gte.toLocaleString()} – ${lte.toLocaleString()}`;
}
