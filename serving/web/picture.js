// The picture of an item, or a drawing with its name where there is no picture.

import { accessHeaders, hasKey } from "./access.js";
import { draw, make } from "./elements.js";

/** How far below the window a picture is fetched already. */
const AHEAD = "400px";
const MAX_WAITS = 3;
const ROOM = /^images\//;
/** What the service has a small one of; THUMB_SIDE of catalog/picture_keys.py. */
const WITH_THUMBNAIL = /^images\/[0-9a-f]{64}\.jpg$/;
const SMALL = "-384.jpg";

/**
 * @param {{image?: string}} item
 * @param {string} name what stands under the drawing if the picture is missing.
 * @param {{alt?: string, isLarge?: boolean}} options `alt` is empty where the name stands beside
 *   the picture; `isLarge` takes the picture itself, not its thumbnail.
 */
export function picture(item, name, { alt = "", isLarge = false } = {}) {
  const frame = make("span", { class: "picture" });
  const source = sourceOf(isLarge ? item.image : thumbnailOf(item.image));
  if (source === null) frame.append(placeholder(name));
  else {
    const image = make("img", { alt, loading: "lazy", decoding: "async", draggable: "false" });
    image.addEventListener("error", () => image.replaceWith(placeholder(name)), { once: true });
    frame.append(image);
    // An <img> cannot send a key, so with one the page fetches the picture itself.
    if (hasKey()) whenNear(frame, () => fill(image, source));
    else image.src = source;
  }
  return frame;
}

/** The key of a picture's thumbnail, as the service names it; other keys stay as they are. */
function thumbnailOf(key) {
  return WITH_THUMBNAIL.test(key) ? key.replace(/\.jpg$/, SMALL) : key;
}

/** Where the picture with this key is served, or null for what cannot be a key. */
function sourceOf(key) {
  if (typeof key !== "string") return null;
  const parts = key.replace(ROOM, "").split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return null;
  return `images/${parts.map(encodeURIComponent).join("/")}`;
}

function whenNear(frame, act) {
  const watch = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      act();
    },
    { rootMargin: AHEAD },
  );
  watch.observe(frame);
}

async function fill(image, source) {
  const data = await fetched(source, MAX_WAITS);
  if (data === null) return image.dispatchEvent(new Event("error"));
  image.src = URL.createObjectURL(data);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
}

/** The picture's bytes, or null where there are none; a caller that asks too often waits. */
async function fetched(source, waits) {
  try {
    const response = await fetch(source, { headers: accessHeaders() });
    if (response.status === 429 && waits > 0) {
      const seconds = Number(response.headers.get("retry-after")) || 1;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return fetched(source, waits - 1);
    }
    return response.ok ? await response.blob() : null;
  } catch {
    // The drawing in its place says as much as a problem could.
    return null;
  }
}

function placeholder(name) {
  const hanger = draw(
    "svg",
    { viewBox: "0 0 64 40", "aria-hidden": "true", class: "hanger" },
    draw("path", { d: "M27 10a5 5 0 1 1 7.300 4.400c-1.500.800-2.300 1.800-2.300 3.400v.700l24.400 14c2 1.200 1.200 4.200-1.100 4.200H8.700c-2.300 0-3.100-3-1.100-4.200l24.400-14" }),
  );
  return make("span", { class: "placeholder" }, hanger, make("span", { dir: "auto" }, name));
}
