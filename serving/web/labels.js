// Words for people: of fields, values, items and prices, for whatever schema is in use.

const SORTING_NUMBER = /(^|_)\d{2}(?:-\d+)?(?=[^\d\s])/g;
const TITLE_LENGTH = 120;

/** `top.sleeve_length_type` and `baseColour` as a person would write them. */
export function fieldLabel(name) {
  const spaced = name
    .replaceAll(/[._]+/g, " ")
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .trim()
    .toLowerCase();
  return spaced ? spaced[0].toUpperCase() + spaced.slice(1) : name;
}

/**
 * A label for each value of a field.
 *
 * Some vocabularies number their values for sorting (`02top_04shirt`). The numbers are left out
 * where every value of the field has one and the rest still tells the values apart.
 *
 * @param {string[]} values
 * @returns {Map<string, string>}
 */
export function valueLabels(values) {
  const asIs = new Map(values.map((value) => [value, value]));
  if (!values.length || !values.every((value) => value.search(SORTING_NUMBER) === 0)) return asIs;
  const bare = new Map(values.map((value) => [value, withoutNumbers(value)]));
  return new Set(bare.values()).size === values.length ? bare : asIs;
}

function withoutNumbers(value) {
  return value.replaceAll(SORTING_NUMBER, (_, before) => (before ? " › " : ""));
}

/** The schema with a label for every value, `field -> value -> label`. */
export function labelsOf(schema) {
  return new Map(
    Object.entries(schema.standard).map(([field, values]) => [field, valueLabels(values)]),
  );
}

/**
 * What to call an item: its name if it carries one, else the first short text of its
 * reinforced fields in the schema's order, else its id.
 */
export function titleOf(item, schema) {
  const named = [item.metadata?.name, item.metadata?.title].find(isText);
  if (named) return shortened(named);
  const texts = item.reinforced_feature_value ?? {};
  const fields = [...new Set([...(schema?.reinforced ?? []), ...Object.keys(texts)])];
  const titles = fields.map((field) => texts[field]).map((text) => [text].flat().filter(isText));
  const title = titles.find((parts) => parts.length && parts[0].length <= TITLE_LENGTH);
  return shortened((title ?? titles.find((parts) => parts.length))?.[0] ?? item.item_id);
}

function isText(value) {
  return typeof value === "string" && value.trim() !== "";
}

function shortened(text) {
  return text.length <= TITLE_LENGTH ? text : `${text.slice(0, TITLE_LENGTH).trimEnd()}…`;
}

/** The brand, if the item names one in words. */
export function brandOf(item) {
  return isText(item.metadata?.brand) ? item.metadata.brand : null;
}

// What shops call a price, the surest name first.
const PRICE_NAMES = [
  /^(price|가격|판매가격?)$/i,
  /^(sale|selling|current|final)[ _-]?price$/i,
  /(price|가격|판매가)$/i,
];

/** The name under which an item's metadata holds its price, or null where it holds none. */
export function priceNameOf(item) {
  const numbers = Object.entries(item.metadata ?? {}).filter(([, value]) => Number.isFinite(value));
  for (const called of PRICE_NAMES) {
    const found = numbers.find(([name]) => called.test(name));
    if (found) return found[0];
  }
  return null;
}

/** The price with its currency, or null where there is none. */
export function priceOf(item) {
  const name = priceNameOf(item);
  return name && money(item.metadata[name], item.metadata.currency);
}

/** A number as money, if the currency is one that the browser can write. */
export function money(amount, currency) {
  if (!/^[A-Z]{3}$/.test(currency ?? "")) return amount.toLocaleString();
  return amount.toLocaleString(undefined, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    trailingZeroDisplay: "stripIfInteger",
  });
}

/** A score to two places, or null where the list has none. */
export function scoreOf(item) {
  return Number.isFinite(item.score) ? item.score.toFixed(2) : null;
}

/** "1 item", "2 items". */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
