// The dialog of one item: loads it and what is like it, and closes with the state.

import { byId, make } from "./elements.js";
import { alikePart, itemParts } from "./panel.js";
import { problemBox } from "./problem.js";
import { alikeRequest, ask, itemRequest, Latest, Problem } from "./service.js";
import { withValue, writeAddress } from "./state.js";

const NEIGHBOURS = 12;

export class Detail {
  #page;
  #dialog = byId("panel");
  #headPlace = make("div", { class: "panel-head" });
  #alikePlace = make("div", { class: "panel-alike" });
  #picturePlace = make("div", { class: "panel-picture" });
  #factsPlace = make("div", { class: "panel-facts" });
  #alike = null;
  #latestItem = new Latest();
  #latestAlike = new Latest();
  #id = null;
  #item = null;
  #neighbours = null;

  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.#page = page;
    this.#build();
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
    // Chromium closes on a second Escape whatever `cancel` says: the state follows.
    this.#dialog.addEventListener("close", () => this.#leave());
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#leave());
  }

  /** Shows the item that the page's state names, or closes. */
  show() {
    const id = this.#page.state.item;
    if (id === this.#id) return this.redraw();
    this.#id = id;
    this.#item = id === null ? null : (this.#page.known.get(id) ?? null);
    this.#neighbours = null;
    if (id === null) return this.#close();
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    this.#empty();
    this.#latestItem.cancel();
    if (this.#item) this.#drawItem();
    else this.#loadItem();
    this.#loadAlike();
  }

  /** Draws what is loaded again, for a state or a schema that changed. */
  redraw() {
    if (this.#item) this.#drawItem();
    if (this.#item && this.#neighbours) this.#drawAlike();
  }

  #build() {
    const close = make(
      "button",
      { type: "button", class: "close", "aria-label": "Close", onclick: () => this.#leave() },
      "×",
    );
    this.#alike = make(
      "section",
      { "aria-labelledby": "alike" },
      make("h3", { id: "alike" }, "What is like it"),
      this.#alikePlace,
    );
    const main = make("div", { class: "panel-main" }, this.#headPlace, this.#alike);
    const side = make("div", { class: "panel-side" }, this.#picturePlace, this.#factsPlace);
    this.#dialog.append(make("div", { class: "panel-body" }, close, main, side));
  }

  #empty() {
    this.#alike.hidden = false;
    this.#headPlace.replaceChildren(waiting());
    this.#alikePlace.replaceChildren(waiting());
    this.#picturePlace.replaceChildren();
    this.#factsPlace.replaceChildren();
  }

  #close() {
    this.#latestItem.cancel();
    this.#latestAlike.cancel();
    if (this.#dialog.open) this.#dialog.close();
  }

  #leave() {
    this.#page.go((state) => ({ ...state, item: null }));
  }

  async #loadItem() {
    try {
      const answer = await this.#latestItem.run((signal) => ask(itemRequest(this.#id), signal));
      if (answer === undefined) return;
      this.#item = answer.item;
      this.#page.learn([answer.item], answer.generation);
      this.redraw();
    } catch (error) {
      this.#failed(this.#headPlace, error, () => this.#loadItem());
      // Nothing is like an item that there is not.
      this.#alike.hidden = error.status === 404;
    }
  }

  async #loadAlike() {
    try {
      const request = alikeRequest(this.#id, NEIGHBOURS);
      const answer = await this.#latestAlike.run((signal) => ask(request, signal));
      if (answer === undefined) return;
      this.#neighbours = answer.items;
      this.#page.learn(answer.items, answer.generation);
      if (this.#item) this.#drawAlike();
    } catch (error) {
      this.#failed(this.#alikePlace, error, () => this.#loadAlike());
    }
  }

  #failed(place, error, again) {
    if (!(error instanceof Problem)) throw error;
    place.replaceChildren(problemBox(error, [{ label: "Try again", act: again }]));
  }

  #drawItem() {
    const page = this.#page;
    const item = this.#item;
    const parts = itemParts(item, {
      schema: page.schema,
      labels: page.labels,
      taste: page.tasteOf(item.item_id),
      toggle: (side) => page.taste(side, item.item_id),
      filterLink: (name, value) => {
        const step = (state) => withValue({ ...state, item: null }, name, value, true);
        return { href: writeAddress(step(page.state)), open: () => page.go(step) };
      },
    });
    const isNew = this.#headPlace.firstElementChild?.dataset.item !== item.item_id;
    this.#headPlace.replaceChildren(parts.head);
    this.#picturePlace.replaceChildren(parts.picture);
    this.#factsPlace.replaceChildren(parts.facts);
    if (isNew) byId("panel-title").focus({ preventScroll: true });
  }

  #drawAlike() {
    const page = this.#page;
    const context = { schema: page.schema, hrefOf: (id) => page.hrefOf(id), open: (id) => page.open(id) };
    const part = this.#neighbours.length
      ? alikePart(this.#item, this.#neighbours, context)
      : make("p", { class: "empty" }, "Nothing else is in the catalogue.");
    this.#alikePlace.replaceChildren(part);
  }
}

function waiting() {
  return make("p", { class: "waiting" }, "Loading…");
}
