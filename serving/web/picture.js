// The picture of an item, or a drawing with its name where there is no picture.

import { draw, make } from "./elements.js";

const ROOM = /^images\//;

/**
 * @param {{image?: string}} item
 * @param {string} name what stands under the drawing if the picture is missing.
 * @param {{alt?: string}} options `alt` is empty where the name stands beside the picture.
 */
export function picture(item, name, { alt = "" } = {}) {
  const frame = make("span", { class: "picture" });
  const source = sourceOf(item.image);
  if (source === null) frame.append(placeholder(name));
  else {
    const image = make("img", { alt, loading: "lazy", decoding: "async", draggable: "false" });
    image.addEventListener("error", () => image.replaceWith(placeholder(name)), { once: true });
    image.src = source;
    frame.append(image);
  }
  return frame;
}

/** Where the picture with this key is served, or null for what cannot be a key. */
function sourceOf(key) {
  if (typeof key !== "string") return null;
  const parts = key.replace(ROOM, "").split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return null;
  return `images/${parts.map(encodeURIComponent).join("/")}`;
}

function placeholder(name) {
  const hanger = draw(
    "svg",
    { viewBox: "0 0 64 40", "aria-hidden": "true", class: "hanger" },
    draw("path", { d: "M27 10a5 5 0 1 1 7.300 4.400c-1.500.800-2.300 1.800-2.300 3.400v.700l24.400 14c2 1.200 1.200 4.200-1.100 4.200H8.700c-2.300 0-3.100-3-1.100-4.200l24.400-14" }),
  );
  return make("span", { class: "placeholder" }, hanger, make("span", { dir: "auto" }, name));
}
