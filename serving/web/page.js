// The page as a whole: the state and its history, the schema, and what follows the state.

import { Detail } from "./detail.js";
import { byId, isPlainClick } from "./elements.js";
import { fillChips, Filters } from "./filters.js";
import { labelsOf, priceNameOf } from "./labels.js";
import { Listing } from "./listing.js";
import { problemBox } from "./problem.js";
import { ask, itemRequest, Latest, Problem } from "./service.js";
import { EMPTY, readAddress, withoutTaste, withTaste, writeAddress } from "./state.js";
import { fillTray } from "./tray.js";

export class Page {
  state = EMPTY;
  schema = null;
  /** field -> value -> label */
  labels = new Map();
  /** Every item seen so far, by its id. */
  known = new Map();
  #filters = new Filters(byId("filters"), (step) => this.go(step));
  #listing = new Listing(this);
  #detail = new Detail(this);
  #schemaLatest = new Latest();
  #hasAsked = new Set();

  start() {
    this.state = readAddress(location.search);
    history.scrollRestoration = "manual";
    addEventListener("popstate", () => {
      this.#listing.leave();
      this.#show(readAddress(location.search), true);
    });
    this.#listen();
    this.#loadSchema();
    this.#show(this.state, false);
  }

  /** Takes a step from the state to the next, and writes it into the address. */
  go(step) {
    const next = step(this.state);
    if (writeAddress(next) === writeAddress(this.state)) return;
    this.#listing.leave();
    history.pushState(null, "", writeAddress(next));
    this.#show(next, false);
  }

  /** The address of an item's panel over what is shown now. */
  hrefOf(id) {
    return writeAddress({ ...this.state, item: id });
  }

  /** Opens an item's panel. */
  open(id) {
    this.go((state) => ({ ...state, item: id }));
  }

  /** Puts an item into the tray, or takes it out, and goes to what that recommends. */
  taste(side, id) {
    this.go((state) => ({ ...withTaste(state, side, id), item: null }));
  }

  /** Where an item is in the tray: "liked", "disliked" or null. */
  tasteOf(id) {
    if (this.state.liked.includes(id)) return "liked";
    return this.state.disliked.includes(id) ? "disliked" : null;
  }

  /** Remembers items that came in an answer, and the generation that gave them. */
  learn(items, generation) {
    for (const item of items) this.known.set(item.item_id, item);
    const priced = items.map(priceNameOf).find(Boolean);
    if (priced) this.#filters.offerPrice(priced, this.state);
    if (!generation) return;
    byId("generation").hidden = false;
    byId("generation-id").textContent = generation;
    // A new generation may bring a new schema.
    if (this.schema && this.schema.generation !== generation) this.#loadSchema();
  }

  #show(state, isReturn) {
    this.state = state;
    byId("words").value = state.words;
    this.#filters.follow(state);
    this.#drawChips();
    this.#drawTray();
    this.#listing.show(isReturn);
    this.#detail.show();
  }

  #drawChips() {
    fillChips(byId("chips"), this.state, this.labels, (step) => this.go(step));
    const count = Object.keys(this.state.filters).length;
    byId("open-filters").textContent = count ? `Filters (${count})` : "Filters";
  }

  #drawTray() {
    fillTray(byId("tray"), {
      state: this.state,
      known: this.known,
      schema: this.schema,
      hrefOf: (id) => this.hrefOf(id),
      open: (id) => this.open(id),
      remove: (id) => this.go((state) => withoutTaste(state, id)),
      reset: () => this.go((state) => ({ ...state, liked: [], disliked: [] })),
    });
    [...this.state.liked, ...this.state.disliked].forEach((id) => this.#meet(id));
  }

  /** Asks once for an item that only the address has named so far. */
  async #meet(id) {
    if (this.known.has(id) || this.#hasAsked.has(id)) return;
    this.#hasAsked.add(id);
    try {
      const { item } = await ask(itemRequest(id), new AbortController().signal);
      this.known.set(id, item);
      this.#drawTray();
      this.#listing.retitle();
    } catch (error) {
      // The tray goes on showing the id; the list's own request says what is wrong with it.
      if (!(error instanceof Problem)) throw error;
    }
  }

  async #loadSchema() {
    try {
      const answer = await this.#schemaLatest.run((signal) => ask({ path: "v1/schema" }, signal));
      if (answer === undefined) return;
      this.schema = { ...answer.schema, generation: answer.generation };
      this.labels = labelsOf(this.schema);
      this.#filters.draw(this.schema, this.labels, this.state);
      this.#drawChips();
      this.#drawTray();
      this.#listing.redraw();
      this.#detail.redraw();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const again = { label: "Try again", act: () => this.#loadSchema() };
      this.#filters.replaceBy(problemBox(error, [again]));
    }
  }

  #listen() {
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#search();
    });
    // The cross of a search field empties it and submits nothing.
    byId("words").addEventListener("input", (event) => event.target.value === "" && this.#search());
    byId("home").addEventListener("click", (event) => {
      if (!isPlainClick(event)) return;
      event.preventDefault();
      this.go(() => EMPTY);
    });
    addEventListener("keydown", (event) => this.#onKey(event));
    this.#listenToSheet();
  }

  #search() {
    this.go((state) => ({ ...state, words: byId("words").value.trim(), item: null }));
  }

  #onKey(event) {
    const isTyping = event.target.closest?.("input, textarea, select, dialog");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    byId("words").focus();
  }

  /** On a narrow screen the one form of filters moves into a dialog and back. */
  #listenToSheet() {
    const sheet = byId("sheet");
    byId("open-filters").addEventListener("click", () => {
      sheet.append(byId("filters"));
      sheet.showModal();
    });
    byId("close-sheet").addEventListener("click", () => sheet.close());
    sheet.addEventListener("close", () => byId("side").append(byId("filters")));
    matchMedia("(min-width: 901px)").addEventListener("change", (wide) => wide.matches && sheet.close());
  }
}
