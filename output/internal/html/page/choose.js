// What tiles show, as the page's reader chose: groups, colours, the share that fills them,
// their names.

import { groupName } from "./groups.js";
import { data, nodes } from "./nodes.js";
import { amount, stateWords } from "./words.js";
import { lookOf } from "./looks.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/**
 * A TileNode is a node with what its place and its look depend on.
 * @typedef {PageNode & import("./groups.js").Item & {shownLabel: string, tone: string}} TileNode
 */

/**
 * A Choice is what the reader chose. What is not set is as the picture was made.
 * @typedef {object} Choice
 * @property {string[]} [group] the fields that nodes are grouped by
 * @property {string} [color] the field that colours stand for; "" for the state
 * @property {string} [fill] "cpu", "memory", "disk", "gpu" or "none"
 * @property {string} [label] the field that is the name of tiles; "" for the short name
 */

/**
 * toItems gives nodes what their places depend on.
 * @param {Choice} choice
 * @param {(node: PageNode, field: string) => string} fieldOf
 */
export function toItems(choice, fieldOf) {
  const { looks } = data;
  const requester = looks.css.indexOf("requester");
  const items = /** @type {TileNode[]} */ (nodes);
  for (const item of items) item.owners = [];
  for (const [from, to] of data.links) {
    if (items[from].hub && !items[to].hub) items[to].owners.push(items[from]);
  }
  for (const item of items) {
    item.hub ??= false;
    item.job ??= false;
    item.peer = item.kind === requester;
    item.rank = looks.ranks[item.kind];
    item.use = shareOf(item, choice.fill ?? data.fill);
    item.path = choice.group ? choice.group.map((field) => groupName(field, fieldOf(item, field))) : item.groupPath;
    item.shownLabel = choice.label ? fieldOf(item, choice.label) || item.label : item.label;
  }
  toneItems(items, choice, fieldOf);
  return items;
}

const ordered = new Intl.Collator("en", { numeric: true });

/**
 * toneItems gives nodes the name of the colour for their value of a field.
 * @param {TileNode[]} items
 * @param {Choice} choice
 * @param {(node: PageNode, field: string) => string} fieldOf
 */
function toneItems(items, { color }, fieldOf) {
  const tones = color ? tonesOf(items.filter((item) => !item.hub && !item.peer).map((item) => fieldOf(item, color))) : undefined;
  for (const item of items) {
    const own = item.hub || item.peer || item.job;
    if (tones) item.tone = own ? "" : tones.get(fieldOf(item, color ?? "")) ?? "u";
    else item.tone = own || color === "" || !data.looks.tones ? "" : item.value === undefined ? "u" : data.looks.tones[item.value];
  }
}

/**
 * tonesOf returns the names of colours for values, by the value. The most frequent one has
 * the first colour, the others follow in their order.
 * @param {string[]} values
 * @returns {Map<string, string>}
 */
export function tonesOf(values) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const value of values) if (value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  const all = [...counts.keys()].sort((a, b) => ordered.compare(a, b) || (a < b ? -1 : 1));
  const most = all.reduce((best, value) => ((counts.get(value) ?? 0) > (counts.get(best) ?? 0) ? value : best), all[0]);
  return new Map([most, ...all.filter((value) => value !== most)].filter((value) => value !== undefined)
    .map((value, i) => [value, "v" + (i % data.looks.values)]));
}

/**
 * shareOf returns the share of a capacity that a node has in use; -1 if it is not known.
 * @param {PageNode} node
 * @param {string} fill
 */
export function shareOf(node, fill) {
  const of = /** @type {"cpu" | "memory" | "disk" | "gpu"} */ (fill);
  const [all, used] = [node[of], node.used?.[of]];
  return fill === "none" || node.hub || !all || used === undefined ? -1 : Math.min(1, Math.max(0, used / all));
}

/** detailOf returns what a node has, for a second line. */
export function detailOf(/** @type {PageNode} */ node) {
  if (node.changes.length > 1) return node.changes[1];
  const parts = /** @type {const} */ (["cpu", "memory", "gpu"]).map((of) => (node[of] ? amount(of, node[of]) : ""));
  return parts.filter(Boolean).join(" · ");
}

/**
 * itemLook returns the look of a tile.
 * @param {TileNode} item
 * @param {boolean} cell
 * @param {string} fill
 */
export function itemLook(item, cell, fill) {
  const off = !item.hub && !item.peer && !item.job && item.members === undefined;
  const line = off && item.state === "disconnected" ? "dashed" : off && item.state === "awaiting reconnection" ? "dotted" : undefined;
  return lookOf(data.looks, { kind: item.kind, hub: item.hub, share: item.use, tone: item.tone, line }, fill === "none" ? "plain" : cell ? "cell" : "fill");
}

/** tipOf returns the lines of a node's tooltip. */
export function tipOf(/** @type {PageNode} */ node) {
  const share = shareOf(node, data.fill);
  return [node.label, node.id === node.label ? "" : node.id, [node.role, stateWords(node)].filter(Boolean).join(", "), node.groupPath.join(" / "), detailOf(node),
    share >= 0 ? Math.round(share * 100) + " % in use" : ""].filter(Boolean);
}
