// The state of the page as the fragment of its URL: short, readable, and kept as it is where
// it is not understood.

/**
 * A Choice is what the reader chose for the picture; what is undefined is as it was made.
 * @typedef {import("./choose.js").Choice} Choice
 */

/**
 * A State is the page state: what a link shows to somebody else.
 * @typedef {object} State
 * @property {string} q the search
 * @property {string[]} hide the filters that are off, as NAME:VALUE
 * @property {boolean} table
 * @property {string} sort a column of the table, after a - if it descends
 * @property {string[]} sel IDs
 * @property {Choice} choice
 * @property {string} at the place of the view
 * @property {string} moment the time of the past that is shown; "" for now
 * @property {string} base the time that it is compared with; "" for none
 * @property {string[]} others what was not understood
 */

/** @returns {State} */
export const noState = () => ({ q: "", hide: [], table: false, sort: "", sel: [], choice: {}, at: "", moment: "", base: "", others: [] });

/**
 * encode escapes what ends a URL in a text, or means something in a fragment.
 * @param {string} text
 */
const encode = (text) => encodeURIComponent(text).replace(/%(?:3A|2F|40|3D|3F|24)/g, decodeURIComponent);

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // it was cut off within a letter
  }
}

/** @param {string[]} texts */
const encodeAll = (texts) => texts.map(encode).join(",");

/** @param {string} text */
const decodeAll = (text) => text.split(",").filter(Boolean).map(decode);

/**
 * writeState returns a state as a fragment without its #; "" for the state of a page that was
 * just opened.
 * @param {State} state
 */
export function writeState({ q, hide, table, sort, sel, choice, at, moment, base, others }) {
  const parts = [];
  if (q) parts.push("q=" + encode(q));
  if (hide.length) parts.push("hide=" + encodeAll(hide));
  if (table) parts.push("table=" + encode(sort));
  if (choice.group) parts.push("group=" + encodeAll(choice.group));
  for (const name of /** @type {const} */ (["color", "fill", "label"])) {
    const value = choice[name];
    if (value !== undefined) parts.push(`${name}=${encode(value)}`);
  }
  if (sel.length) parts.push("sel=" + encodeAll(sel));
  if (moment) parts.push("moment=" + encode(moment));
  if (base) parts.push("base=" + encode(base));
  if (at) parts.push("at=" + encode(at));
  return [...parts, ...others].join("&");
}

/**
 * readState returns the state of a fragment, with or without its #.
 * @param {string} fragment
 */
export function readState(fragment) {
  const state = noState();
  for (const part of fragment.replace(/^#/, "").split("&").filter(Boolean)) {
    const at = part.indexOf("=");
    const value = at < 0 ? "" : part.slice(at + 1);
    switch (at < 0 ? part : part.slice(0, at)) {
      case "q": state.q = decode(value); break;
      case "hide": state.hide = decodeAll(value); break;
      case "table": state.table = true; state.sort = decode(value); break;
      case "group": state.choice.group = decodeAll(value); break;
      case "color": state.choice.color = decode(value); break;
      case "fill": state.choice.fill = decode(value); break;
      case "label": state.choice.label = decode(value); break;
      case "sel": state.sel = decodeAll(value); break;
      case "moment": state.moment = decode(value); break;
      case "base": state.base = decode(value); break;
      case "at": state.at = decode(value); break;
      default: state.others.push(part);
    }
  }
  return state;
}
