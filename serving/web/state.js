// What the page shows, and the address that says so. Everything here is pure.
//
// A state is {words, liked, disliked, filters, item}: the words searched for, the ids in the
// tray, the filters as the API takes them, and the id of the item whose panel is open.

const FILTER = /^(clothes|metadata)\../;
const BOUND = /^(metadata\..+)\.(gte|lte)$/;

export const EMPTY = Object.freeze({
  words: "",
  liked: [],
  disliked: [],
  filters: {},
  item: null,
});

/** The state that an address's query names; what it does not know, it leaves out. */
export function readAddress(query) {
  const params = new URLSearchParams(query);
  const liked = [...new Set(params.getAll("like"))].filter(Boolean);
  const disliked = [...new Set(params.getAll("less"))].filter((id) => id && !liked.includes(id));
  return {
    words: (params.get("q") ?? "").trim(),
    liked,
    disliked,
    filters: readFilters(params),
    item: params.get("item") || null,
  };
}

function readFilters(params) {
  const filters = {};
  for (const name of new Set(params.keys())) {
    const bound = BOUND.exec(name);
    if (bound) {
      const number = Number(params.get(name));
      if (params.get(name) === "" || !Number.isFinite(number)) continue;
      filters[bound[1]] = { ...filters[bound[1]], [bound[2]]: number };
    } else if (FILTER.test(name)) {
      filters[name] = [...new Set(params.getAll(name))];
    }
  }
  return filters;
}

/** The address of a state, relative to the page; one state has one address. */
export function writeAddress(state) {
  const params = new URLSearchParams();
  if (state.words) params.set("q", state.words);
  for (const id of state.liked) params.append("like", id);
  for (const id of state.disliked) params.append("less", id);
  for (const [name, wanted] of Object.entries(state.filters).sort(byName)) {
    if (Array.isArray(wanted)) wanted.forEach((value) => params.append(name, value));
    else Object.entries(wanted).forEach(([bound, value]) => params.set(`${name}.${bound}`, value));
  }
  if (state.item) params.set("item", state.item);
  const query = params.toString();
  return query ? `./?${query}` : "./";
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}

/** What the grid depends on: two states with one key show the same list. */
export function listKey(state) {
  return writeAddress({ ...state, item: null });
}

/** The item put into `side` ("liked" or "disliked") of the tray, or taken out if it was there. */
export function withTaste(state, side, id) {
  const wasThere = state[side].includes(id);
  const next = withoutTaste(state, id);
  return wasThere ? next : { ...next, [side]: [...next[side], id] };
}

/** The item taken out of the tray. */
export function withoutTaste(state, id) {
  const others = (ids) => ids.filter((other) => other !== id);
  return { ...state, liked: others(state.liked), disliked: others(state.disliked) };
}

/** One value of a filter switched on or off. */
export function withValue(state, name, value, isOn) {
  const old = Array.isArray(state.filters[name]) ? state.filters[name] : [];
  const values = old.filter((other) => other !== value).concat(isOn ? [value] : []);
  return withFilter(state, name, values.length ? values : null);
}

/** A whole filter replaced; `null` takes it away. */
export function withFilter(state, name, wanted) {
  const { [name]: _, ...others } = state.filters;
  return { ...state, filters: wanted === null ? others : { ...others, [name]: wanted } };
}

/** Are any items in the tray? */
export function hasTaste(state) {
  return state.liked.length + state.disliked.length > 0;
}

/** Does the tray steer the list? Dislikes turn away from something, so alone they cannot. */
export function isSteered(state) {
  return state.liked.length > 0 || (state.disliked.length > 0 && state.words !== "");
}
