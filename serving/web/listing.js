// The list that answers the state: asked for, paged, kept for the back button.

import { byId } from "./elements.js";
import { counted, titleOf } from "./labels.js";
import { Results } from "./results.js";
import { asCurl, ask, Latest, listRequest, Problem } from "./service.js";
import { isSteered, listKey, withFilter, withoutTaste } from "./state.js";

const KEPT_LISTS = 20;

export class Listing {
  #page;
  #results = new Results({
    grid: byId("grid"),
    problem: byId("problem"),
    more: byId("more"),
    moreProblem: byId("more-problem"),
  });
  #latest = new Latest();
  #latestMore = new Latest();
  #key = null;
  /** The list shown: {items, cursor, generation, took, scroll}; null while one is on its way. */
  #list = null;
  /** listKey -> list, the oldest first */
  #kept = new Map();

  /** @param {import("./page.js").Page} page */
  constructor(page) {
    this.#page = page;
    byId("more").addEventListener("click", () => this.#more());
  }

  /** Shows the list of the page's state; one returned to comes back as it was left. */
  show(isReturn) {
    const key = listKey(this.#page.state);
    if (key === this.#key) return;
    this.#key = key;
    this.#latestMore.cancel();
    this.retitle();
    const kept = isReturn ? this.#kept.get(key) : undefined;
    if (!kept) return this.#load();
    this.#latest.cancel();
    this.#draw(kept);
    scrollTo(0, kept.scroll);
  }

  /** Notes how far down the list was, before the page turns to another. */
  leave() {
    if (this.#list) this.#list.scroll = scrollY;
  }

  /** Draws the same list again, for a schema that has come or changed. */
  redraw() {
    if (this.#list) this.#draw(this.#list);
  }

  /** Writes the heading again, for an item that has become known. */
  retitle() {
    const heading = headingOf(this.#page);
    byId("heading").textContent = heading;
    document.title = `${heading} · modiste`;
  }

  async #load() {
    const request = listRequest(this.#page.state);
    this.#list = null;
    this.#results.wait();
    byId("request-text").textContent = asCurl(request);
    byId("request").hidden = false;
    byId("status").textContent = "Loading…";
    const start = performance.now();
    try {
      const answer = await this.#latest.run((signal) => ask(request, signal));
      if (answer === undefined) return;
      // Once more: a key may have been asked for meanwhile.
      byId("request-text").textContent = asCurl(request);
      const took = Math.round(performance.now() - start);
      this.#keep({ ...answer, took, scroll: 0 });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      byId("status").textContent = "";
      this.#results.fail(error, this.#remedies(error));
    }
  }

  #keep(list) {
    this.#kept.delete(this.#key);
    this.#kept.set(this.#key, list);
    if (this.#kept.size > KEPT_LISTS) this.#kept.delete(this.#kept.keys().next().value);
    this.#page.learn(list.items, list.generation);
    this.#draw(list);
    scrollTo(0, 0);
    // The button that was pressed is gone with its card: reading goes on at the heading.
    if (document.activeElement === document.body) byId("heading").focus({ preventScroll: true });
  }

  #draw(list) {
    this.#list = list;
    this.#results.show(list, (item) => this.#contextOf(item));
    this.#tell();
    if (!list.items.length) this.#results.empty(...this.#nothing());
  }

  #tell() {
    const { items, cursor, took } = this.#list;
    const all = !cursor && items.length > 0 ? ", that is all" : "";
    byId("status").textContent = `${counted(items.length, "item")} shown${all} · ${took} ms`;
  }

  async #more() {
    const list = this.#list;
    if (!list?.cursor) return;
    this.#results.waitMore(true);
    try {
      const request = listRequest(this.#page.state, list.cursor);
      const answer = await this.#latestMore.run((signal) => ask(request, signal));
      if (answer === undefined || list !== this.#list) return;
      list.items = [...list.items, ...answer.items];
      list.cursor = answer.cursor;
      this.#page.learn(answer.items, answer.generation);
      this.#results.append(answer.items, answer.cursor, (item) => this.#contextOf(item));
      this.#tell();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const again = { label: "Try again", act: () => this.#more() };
      const anew = { label: "Start the list again", act: () => this.#load() };
      this.#results.failMore(error, [again, anew]);
    }
  }

  #contextOf(item) {
    const page = this.#page;
    const id = item.item_id;
    return {
      schema: page.schema,
      href: page.hrefOf(id),
      open: () => page.open(id),
      taste: page.tasteOf(id),
      toggle: (side) => page.taste(side, id),
    };
  }

  #remedies(problem) {
    const { state } = this.#page;
    const name = Object.keys(state.filters).find((one) => isAbout(problem.field, one));
    const remedies = [{ label: "Try again", act: () => this.#load() }];
    if (name) remedies.push(this.#remedy("Remove this filter", (now) => withFilter(now, name, null)));
    if (this.#page.tasteOf(problem.got)) {
      remedies.push(this.#remedy("Take it out of the tray", (now) => withoutTaste(now, problem.got)));
    }
    return remedies;
  }

  #nothing() {
    const { state } = this.#page;
    if (Object.keys(state.filters).length) {
      const clear = this.#remedy("Clear filters", (now) => ({ ...now, filters: {} }));
      return ["Nothing matches these filters.", [clear]];
    }
    if (state.words || isSteered(state)) return ["Nothing was found.", []];
    return ["The catalogue is empty. Items written to POST /v1/items appear here.", []];
  }

  #remedy(label, step) {
    return { label, act: () => this.#page.go(step) };
  }
}

/** Does a problem's field, such as `filters.metadata.price.gte`, lie in this filter? */
function isAbout(field, name) {
  return `${field}.`.startsWith(`filters.${name}.`);
}

function headingOf({ state, known, schema }) {
  const name = (ids) => {
    if (ids.length > 1) return `${ids.length} items`;
    return titleOf(known.get(ids[0]) ?? { item_id: ids[0] }, schema);
  };
  const parts = [
    state.words && `“${state.words}”`,
    state.liked.length && `more like ${name(state.liked)}`,
    state.disliked.length && isSteered(state) && `less like ${name(state.disliked)}`,
  ].filter(Boolean);
  if (!parts.length) return Object.keys(state.filters).length ? "Filtered items" : "All items";
  const heading = parts.join(", ");
  return heading[0].toUpperCase() + heading.slice(1);
}
