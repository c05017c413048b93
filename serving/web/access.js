// The key that the API may ask for: asked once, kept for this tab alone, sent with every request.

import { byId } from "./elements.js";

const STORED_AS = "modiste-key";

/** The dialog that is open, as the promise of its outcome; several requests share one. */
let asking = null;

/** The headers that say who asks; none before the API has asked. */
export function accessHeaders() {
  return hasKey() ? { authorization: `Bearer ${sessionStorage.getItem(STORED_AS)}` } : {};
}

/** Has a key been given in this tab? */
export function hasKey() {
  return sessionStorage.getItem(STORED_AS) !== null;
}

/**
 * After a 401: gives whether the request is worth sending again, with another key.
 *
 * @param {Object} sent the headers that were refused; another request may have asked meanwhile.
 * @param {string} reason what the API said.
 */
export function askForKey(sent, reason) {
  if (sent.authorization !== accessHeaders().authorization) return Promise.resolve(true);
  asking ??= ask(reason).finally(() => (asking = null));
  return asking;
}

/** Lets the key be forgotten by the button of the header. */
export function offerToForget() {
  byId("forget-key").addEventListener("click", () => {
    sessionStorage.removeItem(STORED_AS);
    location.reload();
  });
  showForget();
}

function showForget() {
  byId("forget-key").hidden = !hasKey();
}

function ask(reason) {
  const dialog = byId("key");
  const field = byId("key-text");
  const wasRefused = hasKey();
  byId("key-reason").textContent = wasRefused ? `Not accepted: ${reason}` : "";
  byId("key-reason").hidden = !wasRefused;
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    const done = () => {
      const given = dialog.returnValue === "use" ? field.value.trim() : "";
      field.value = "";
      if (given) sessionStorage.setItem(STORED_AS, given);
      showForget();
      resolve(given !== "");
    };
    dialog.addEventListener("close", done, { once: true });
  });
}
