// The filter of one field: its values as check boxes, with a way to find one among many.

import { make } from "./elements.js";
import { fieldLabel } from "./labels.js";

const LONG_VOCABULARY = 15;
const SHOWN_VALUES = 150;
const COLOUR_SHARE = 0.6;

/** A collapsible group of check boxes. */
export class Facet {
  #name;
  #values;
  #labels;
  #toggle;
  #chosen = new Set();
  #hasSwatches;
  #list = make("ul", { class: "values" });
  #left = make("p", { class: "left", hidden: true });
  #count = make("span", { class: "count" });
  #narrow = null;

  /**
   * @param {object} options
   * @param {string} options.field
   * @param {string[]} options.values
   * @param {Map<string, string>} options.labels value -> label.
   * @param {boolean} options.isOpen
   * @param {function(string, string, boolean): void} options.toggle gets filter, value, on.
   */
  constructor({ field, values, labels, isOpen, toggle }) {
    this.#name = `clothes.${field}`;
    this.#values = values;
    this.#labels = labels;
    this.#toggle = toggle;
    this.#hasSwatches = areColours(values);
    const label = fieldLabel(field);
    if (values.length > LONG_VOCABULARY) this.#narrow = this.#narrowing(label);
    this.element = make(
      "details",
      { class: "facet", open: isOpen, "data-field": this.#name },
      make("summary", {}, make("span", { class: "facet-name" }, label), this.#count),
      make("div", { class: "facet-body", role: "group", "aria-label": label },
        this.#narrow, this.#list, this.#left),
    );
    this.#fill();
  }

  /** Ticks what the state has chosen, and opens where something is. */
  follow(state) {
    this.#chosen = new Set([state.filters[this.#name] ?? []].flat());
    if (this.#chosen.size) this.element.open = true;
    this.#count.textContent = this.#chosen.size || "";
    // After a tick here the boxes agree and stay where they are; an address brings its own first.
    const ticked = [...this.#list.querySelectorAll(":checked")].map((box) => box.value);
    const isSame = ticked.length === this.#chosen.size && ticked.every((one) => this.#chosen.has(one));
    if (!isSame) this.#fill();
  }

  #narrowing(label) {
    return make("input", {
      type: "search",
      class: "narrow",
      placeholder: `Find among ${this.#values.length}`,
      "aria-label": `Find a value of ${label}`,
      oninput: () => this.#fill(),
    });
  }

  #fill() {
    const found = this.#matching(this.#narrow?.value ?? "");
    const left = found.length - SHOWN_VALUES;
    this.#list.replaceChildren(...found.slice(0, SHOWN_VALUES).map((value) => this.#option(value)));
    this.#left.hidden = found.length > 0 && left <= 0;
    this.#left.textContent = found.length ? `${left} more: type to find them` : "No such value";
  }

  #matching(typed) {
    const sought = folded(typed.trim());
    if (!sought) return this.#chosenFirst();
    return this.#values.filter(
      (value) => folded(value).includes(sought) || folded(this.#labels.get(value)).includes(sought),
    );
  }

  #chosenFirst() {
    if (!this.#narrow) return this.#values;
    const isChosen = (value) => this.#chosen.has(value);
    return [...this.#values.filter(isChosen), ...this.#values.filter((value) => !isChosen(value))];
  }

  #option(value) {
    const box = make("input", {
      type: "checkbox",
      value,
      onchange: () => this.#toggle(this.#name, value, box.checked),
    });
    box.checked = this.#chosen.has(value);
    const label = this.#labels.get(value);
    return make(
      "li",
      {},
      make("label", { title: label === value ? null : value }, box,
        this.#hasSwatches && swatch(value), make("span", { dir: "auto" }, label)),
    );
  }
}

function folded(text) {
  return text.normalize("NFKC").toLowerCase();
}

/** Are these names of colours, as far as the browser knows them? */
function areColours(values) {
  return values.filter(isColour).length >= COLOUR_SHARE * values.length;
}

function isColour(value) {
  return /^[a-z]+$/i.test(value) && CSS.supports("color", value);
}

function swatch(value) {
  const dot = make("span", { class: "swatch", "aria-hidden": "true" });
  if (isColour(value)) dot.style.backgroundColor = value;
  else dot.classList.add("is-unknown");
  return dot;
}
