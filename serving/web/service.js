// Speaks to the API: which request answers a state, how it is sent, and what a failure says.

import { accessHeaders, askForKey, hasKey } from "./access.js";
import { isSteered } from "./state.js";

const PATIENCE_MS = 30_000;

/** Items in one page of the grid. */
export const PAGE_SIZE = 24;

/** A failure that can be shown: the members of an RFC 9457 problem document. */
export class Problem extends Error {
  constructor({ status = 0, title, detail = "", field = null, got = null, allowed = null }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, field, got, allowed });
  }
}

/** Only the newest of several requests for one place counts; older ones are aborted. */
export class Latest {
  #controller = null;

  /** Gives what `work(signal)` gives, or `undefined` once a newer call has taken its place. */
  async run(work) {
    this.cancel();
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const answer = await work(controller.signal);
      return controller.signal.aborted ? undefined : answer;
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  }

  cancel() {
    this.#controller?.abort();
  }
}

/** The request whose answer is the list of a state. */
export function listRequest(state, cursor = null) {
  const words = state.words || null;
  if (!words && !isSteered(state)) return browseRequest(state.filters, cursor);
  const rest = {
    k: PAGE_SIZE,
    ...(Object.keys(state.filters).length && { filters: state.filters }),
    ...(cursor && { cursor }),
  };
  if (!isSteered(state)) return { path: "v1/search", body: { query: { text: words }, ...rest } };
  const positive = words ? [...state.liked, itemOfWords(words)] : state.liked;
  return { path: "v1/recommend", body: { positive, negative: state.disliked, ...rest } };
}

function browseRequest(filters, cursor) {
  const params = new URLSearchParams({ limit: PAGE_SIZE });
  if (Object.keys(filters).length) params.set("filters", JSON.stringify(filters));
  if (cursor) params.set("cursor", cursor);
  return { path: `v1/items?${params}` };
}

/** Words beside liked items count as one more liked item, known by free text alone. */
function itemOfWords(words) {
  return { reinforced_feature_value: { "*": [words] } };
}

/** What is like one item, near ones first. */
export function alikeRequest(id, k) {
  return { path: "v1/recommend", body: { positive: [id], k } };
}

/** One item by its id. */
export function itemRequest(id) {
  return { path: `v1/items/${encodeURIComponent(id)}` };
}

/** The request as a command for a terminal. */
export function asCurl(request) {
  const lines = [`curl ${quoted(new URL(request.path, document.baseURI).href)}`];
  // The key itself is not for screens: the shell puts it in.
  if (hasKey()) lines.push('-H "authorization: Bearer $MODISTE_API_KEY"');
  if (request.body) lines.push("-H 'content-type: application/json'", `-d ${quoted(JSON.stringify(request.body))}`);
  return lines.join(" \\\n  ");
}

function quoted(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Sends a request and gives the JSON of its answer; asks for a key where the API does.
 *
 * @throws {Problem} for any answer but a success, and where none came.
 */
export async function ask(request, signal) {
  const headers = accessHeaders();
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const response = await send(request, headers, patience);
  const answer = await readJson(response);
  if (response.status === 401 && (await askForKey(headers, answer?.detail ?? ""))) return ask(request, signal);
  if (!response.ok) throw asProblem(response, answer);
  if (answer === undefined) {
    throw new Problem({ title: "The answer is not JSON", detail: `${request.path} gave ${response.status}` });
  }
  return answer;
}

async function send({ path, body }, access, signal) {
  const headers = body ? { ...access, "content-type": "application/json" } : access;
  const init = body ? { method: "POST", body: JSON.stringify(body) } : {};
  try {
    return await fetch(path, { ...init, headers, signal });
  } catch (error) {
    const isLate = error.name === "TimeoutError";
    const title = isLate ? "The service took too long" : "The service cannot be reached";
    const detail = isLate
      ? `No answer came within ${PATIENCE_MS / 1000} seconds.`
      : "No answer came. Is it still running?";
    throw new Problem({ title, detail });
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    // A proxy in front of the service may answer in HTML; the status says what there is to say.
    return undefined;
  }
}

function asProblem(response, answer) {
  const { title, detail, field, got, allowed } = answer ?? {};
  const fallback = `The service answered ${response.status} ${response.statusText}`.trim();
  return new Problem({ status: response.status, title: title ?? fallback, detail, field, got, allowed });
}
