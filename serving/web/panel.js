// The panel of one item: its picture, everything known about it, and what is like it.

import { make } from "./elements.js";
import { itemLink, scoreTag, tasteButtons } from "./card.js";
import { brandOf, counted, fieldLabel, priceNameOf, priceOf, titleOf } from "./labels.js";
import { picture } from "./picture.js";

const TOLD_ELSEWHERE = new Set(["name", "title", "brand", "currency"]);

/**
 * The parts of the panel that tell about the item itself: `{head, picture, facts}`.
 *
 * @param {object} item
 * @param {object} context
 * @param {object|null} context.schema
 * @param {Map<string, Map<string, string>>} context.labels field -> value -> label.
 * @param {"liked"|"disliked"|null} context.taste
 * @param {function(string): void} context.toggle
 * @param {function(string, string): {href: string, open: function(): void}} context.filterLink
 */
export function itemParts(item, { schema, labels, taste, toggle, filterLink }) {
  const title = titleOf(item, schema);
  return {
    head: head(item, title, tasteButtons(title, taste, toggle, { isLong: true })),
    picture: picture(item, title, { alt: title, isLarge: true }),
    facts: make(
      "div",
      { class: "facts-of-item" },
      standardFields(item, labels, filterLink),
      plainFields("In words", item.reinforced_feature_value ?? {}),
      plainFields("Also known", restOf(item)),
      asJson(item),
    ),
  };
}

function head(item, title, buttons) {
  return make(
    "header",
    { class: "item-head", "data-item": item.item_id },
    brandOf(item) && make("p", { class: "brand", dir: "auto" }, brandOf(item)),
    make("h2", { id: "panel-title", dir: "auto", tabindex: "-1" }, title),
    make(
      "p",
      { class: "line" },
      priceOf(item) && make("span", { class: "price" }, priceOf(item)),
      title !== item.item_id && make("span", { class: "id" }, item.item_id),
    ),
    buttons,
  );
}

function standardFields(item, labels, filterLink) {
  return fields("Attributes", item.clothes ?? {}, (value, field) =>
    itemLink(
      { ...filterLink(`clothes.${field}`, value), title: `Filter by ${value}`, dir: "auto" },
      labels.get(field)?.get(value) ?? value,
    ),
  );
}

function plainFields(heading, values) {
  return fields(heading, values, (value) => make("span", { dir: "auto" }, asText(value)));
}

function fields(heading, values, show) {
  const rows = Object.entries(values).flatMap(([field, value]) => [
    make("dt", {}, fieldLabel(field)),
    make("dd", {}, ...[value].flat().map((one) => show(one, field))),
  ]);
  return rows.length > 0 && make("section", {}, make("h3", {}, heading), make("dl", {}, ...rows));
}

function restOf(item) {
  const told = new Set([...TOLD_ELSEWHERE, priceNameOf(item)]);
  const rest = Object.entries(item.metadata ?? {}).filter(([key]) => !told.has(key));
  if (item.variant_group) rest.unshift(["variant_group", item.variant_group]);
  return Object.fromEntries(rest);
}

function asText(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function asJson(item) {
  const { score: _, ...record } = item;
  const text = JSON.stringify(record, null, 2);
  return make("details", { class: "json" }, make("summary", {}, "As JSON"), make("pre", { tabindex: "0" }, text));
}

/** The items like this one, each with what it shares with it. */
export function alikePart(item, neighbours, { schema, hrefOf, open }) {
  const cards = neighbours.map((other) => {
    const title = titleOf(other, schema);
    return make(
      "li",
      { class: "card", "data-item": other.item_id },
      itemLink(
        { class: "card-link", href: hrefOf(other.item_id), open: () => open(other.item_id) },
        picture(other, title),
        make("span", { class: "about" },
          make("span", { class: "name", dir: "auto" }, title),
          agreement(item, other)),
      ),
    );
  });
  return make("ul", { class: "grid small" }, ...cards);
}

function agreement(item, other) {
  const { shared, asked, differing } = compared(item.clothes ?? {}, other.clothes ?? {});
  const told = differing.length ? `Differs in: ${differing.map(fieldLabel).join(", ")}` : "All agree";
  const words = `${shared} of ${counted(asked, "attribute")} agree`;
  return make("span", { class: "line" },
    asked > 0 && make("span", { class: "agreement", title: told }, words), scoreTag(other));
}

/** How many of the fields of `own` have a value in common with `others`, and which have none. */
function compared(own, others) {
  const fields = Object.keys(own);
  const differing = fields.filter((field) => {
    const values = new Set([others[field] ?? []].flat());
    return ![own[field]].flat().some((value) => values.has(value));
  });
  return { asked: fields.length, shared: fields.length - differing.length, differing };
}
