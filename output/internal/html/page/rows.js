// The columns of the table, and the order of its rows.

import { amount, stateWords } from "./words.js";

/** @typedef {import("./data.js").Facts} Facts */

/**
 * A TableColumn has a text for each node, and for an amount the number to sort by.
 * @typedef {object} TableColumn
 * @property {string} name
 * @property {(node: Facts) => string} text
 * @property {(node: Facts) => number | undefined} [amount]
 * @property {boolean} [spelt] digits in its texts are not numbers
 */

/**
 * count is a column of numbers.
 * @param {string} name
 * @param {(node: Facts) => number | undefined} of
 * @returns {TableColumn}
 */
const count = (name, of) => ({ name, amount: of, text: (n) => String(of(n) ?? "") });

/**
 * sized is a column of bytes.
 * @param {string} name
 * @param {(node: Facts) => number | undefined} of
 * @returns {TableColumn}
 */
const sized = (name, of) => ({
  name, amount: of, text: (n) => {
    const bytes = of(n);
    return bytes === undefined ? "" : amount("memory", bytes);
  },
});

/** @type {TableColumn[]} */
export const tableColumns = [
  { name: "Name", text: (n) => n.label, spelt: true },
  { name: "ID", text: (n) => n.id, spelt: true },
  { name: "Role", text: (n) => n.role },
  { name: "Change", text: (n) => n.changes.join("; ") },
  { name: "State", text: stateWords },
  { name: "Group", text: (n) => n.groupPath.join(" / ") },
  count("Nodes", (n) => n.members),
  count("Executions", (n) => n.executions),
  { name: "Version", text: (n) => n.version ?? "" },
  { name: "Engines", text: (n) => n.engines.join(", ") },
  count("CPU", (n) => n.cpu),
  count("CPU free", (n) => n.free?.cpu),
  sized("Memory", (n) => n.memory),
  sized("Memory free", (n) => n.free?.memory),
  sized("Disk", (n) => n.disk),
  sized("Disk free", (n) => n.free?.disk),
  count("GPU", (n) => n.gpu || undefined),
  count("GPU free", (n) => n.gpu ? n.free?.gpu : undefined),
  count("Running", (n) => n.running || undefined),
  count("Waiting", (n) => n.waiting || undefined),
  { name: "Labels", text: (n) => Object.keys(n.labels).sort().map((key) => `${key}=${n.labels[key]}`).join(", ") },
];

/**
 * filledColumns returns the columns that have a text for any of the nodes, and the first.
 * @param {Facts[]} nodes
 */
export const filledColumns = (nodes) => tableColumns.filter((column, i) => i === 0 || nodes.some((node) => column.text(node) !== ""));

/**
 * widthOf returns the width of a column in characters: that of its longest text, at most 48,
 * or of most of them if there are many nodes.
 * @param {TableColumn} column
 * @param {Facts[]} nodes
 */
export function widthOf(column, nodes) {
  const step = Math.ceil(nodes.length / 2000);
  let most = column.name.length + 2;
  for (let i = 0; i < nodes.length && most < 48; i += step) most = Math.max(most, column.text(nodes[i]).length);
  return Math.min(most, 48);
}

const collator = new Intl.Collator("en", { numeric: true });

/**
 * sortNodes returns nodes sorted by a column. Those without a text come last in either
 * direction; equal ones have the order of the picture.
 * @template {Facts} N
 * @param {N[]} nodes
 * @param {TableColumn} column
 * @param {boolean} descending
 * @returns {N[]}
 */
export function sortNodes(nodes, column, descending) {
  const rankOf = column.amount ?? ranks(nodes, column);
  const keys = nodes.map((node) => ({ node, key: column.text(node) === "" ? undefined : rankOf(node) }));
  const direction = descending ? -1 : 1;
  keys.sort((a, b) => Number(a.key === undefined) - Number(b.key === undefined)
    || direction * ((a.key ?? 0) - (b.key ?? 0)) || a.node.index - b.node.index);
  return keys.map(({ node }) => node);
}

/**
 * ranks returns a function that returns the place of a node's text among all different ones.
 * @param {Facts[]} nodes
 * @param {TableColumn} column
 * @returns {(node: Facts) => number | undefined}
 */
function ranks(nodes, column) {
  const texts = [...new Set(nodes.map(column.text))];
  if (column.spelt) texts.sort();
  else texts.sort(collator.compare);
  const places = new Map(texts.map((text, i) => [text, i]));
  return (node) => places.get(column.text(node));
}
