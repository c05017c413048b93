// The filter of prices: a lowest and a highest, offered once an item carries a price.

import { make } from "./elements.js";
import { withFilter } from "./state.js";

/** Two numbers that bound a price in the metadata, both ends included. */
export class PriceRange {
  #field;
  #least;
  #most;

  /**
   * @param {string} name of the price in the metadata.
   * @param {function(function(object): object): void} change steps from state to state.
   */
  constructor(name, change) {
    this.#field = `metadata.${name}`;
    const apply = () => change((state) => withFilter(state, this.#field, this.#range()));
    this.#least = bound("Lowest price", "from", apply);
    this.#most = bound("Highest price", "to", apply);
    this.element = make(
      "details",
      { class: "facet", open: true, "data-field": this.#field },
      make("summary", {}, make("span", { class: "facet-name" }, "Price")),
      make("div", { class: "facet-body range", role: "group", "aria-label": "Price" },
        this.#least, make("span", { "aria-hidden": "true" }, "–"), this.#most),
    );
  }

  /** Shows the state's range. */
  follow(state) {
    const range = state.filters[this.#field] ?? {};
    this.#least.value = range.gte ?? "";
    this.#most.value = range.lte ?? "";
  }

  #range() {
    const range = {};
    if (this.#least.value !== "") range.gte = this.#least.valueAsNumber;
    if (this.#most.value !== "") range.lte = this.#most.valueAsNumber;
    return Object.keys(range).length ? range : null;
  }
}

function bound(label, placeholder, apply) {
  return make("input", {
    type: "number",
    min: 0,
    step: "any",
    inputmode: "decimal",
    "aria-label": label,
    placeholder,
    onchange: apply,
    // Return applies the number, too; the form has no button that would.
    onkeydown: (event) => event.key === "Enter" && event.target.blur(),
  });
}
