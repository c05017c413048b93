// Builds elements. Text goes in as text nodes only, so that markup in a catalogue stays text.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with its attributes, listeners and children.
 *
 * @param {string} tag
 * @param {Object} attributes `on*` functions become listeners, `true` an empty attribute;
 *   `null`, `undefined` and `false` are left out.
 * @param {...(Node|string|number|null|undefined|false)} children
 */
export function make(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function draw(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => isShown(child)).map((child) => asNode(child)));
  return element;
}

function isShown(child) {
  return child !== null && child !== undefined && child !== false;
}

function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/** The element of `index.html` with this id. */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html: expected an element with id ${id}, found none`);
  return element;
}

/** Is this an unmodified left click, which the page may answer in place of the browser? */
export function isPlainClick(event) {
  return event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
}
