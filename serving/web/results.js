// The grid: a list that grows by pages, with its loading, empty and failed states.

import { make } from "./elements.js";
import { card } from "./card.js";
import { problemBox } from "./problem.js";

const SKELETONS = 12;

/** The elements of `index.html` that show a list. */
export class Results {
  #places;

  /** @param {Object<string, HTMLElement>} places grid, problem, more, moreProblem. */
  constructor(places) {
    this.#places = places;
  }

  /** A first list is drawn as grey cards; a later one greys what is there. */
  wait() {
    const { grid, problem } = this.#places;
    grid.setAttribute("aria-busy", "true");
    problem.replaceChildren();
    this.#places.moreProblem.replaceChildren();
    if (!grid.childElementCount) grid.append(...Array.from({ length: SKELETONS }, () => skeleton()));
  }

  /** Shows the whole list anew. */
  show({ items, cursor }, contextOf) {
    const { grid, problem, moreProblem } = this.#places;
    grid.setAttribute("aria-busy", "false");
    grid.replaceChildren(...items.map((item) => card(item, contextOf(item))));
    problem.replaceChildren();
    moreProblem.replaceChildren();
    this.#offerMore(cursor);
  }

  /** Adds a page below; the first new card takes the focus that a vanished button leaves. */
  append(items, cursor, contextOf) {
    const cards = items.map((item) => card(item, contextOf(item)));
    const hadFocus = document.activeElement === this.#places.more;
    this.#places.grid.append(...cards);
    this.#places.moreProblem.replaceChildren();
    this.#offerMore(cursor);
    if (hadFocus && this.#places.more.hidden) cards[0]?.querySelector("a").focus();
  }

  /** Says that nothing was found, and what could be given up. */
  empty(words, remedies) {
    const box = make(
      "div",
      { class: "empty" },
      make("p", {}, words),
      make("p", { class: "remedies" }, ...remedies.map(({ label, act }) =>
        make("button", { type: "button", class: "plain", onclick: act }, label))),
    );
    this.#places.problem.replaceChildren(box);
  }

  /** Shows a problem in the place of the list. */
  fail(problem, remedies) {
    this.#places.grid.setAttribute("aria-busy", "false");
    this.#places.grid.replaceChildren();
    this.#offerMore(null);
    this.#places.problem.replaceChildren(problemBox(problem, remedies));
  }

  /** Shows a problem below the list, which stays. */
  failMore(problem, remedies) {
    this.#places.moreProblem.replaceChildren(problemBox(problem, remedies));
    this.#places.more.hidden = true;
  }

  /** The button while a page is on its way. */
  waitMore(isWaiting) {
    const { more } = this.#places;
    more.setAttribute("aria-disabled", String(isWaiting));
    more.textContent = isWaiting ? "Loading…" : "Show more";
  }

  #offerMore(cursor) {
    this.#places.more.hidden = !cursor;
    this.waitMore(false);
  }
}

function skeleton() {
  return make("li", { class: "card skeleton", "aria-hidden": "true" }, make("span", { class: "picture" }), make("span", { class: "bar" }), make("span", { class: "bar short" }));
}
