// The nodes: objects with the data of each node. All other modules use them.

import { $ } from "./dom.js";
import { documentFor, readNodes } from "./data.js";

/**
 * A PageNode is a node with what the page knows of it besides its data.
 * @typedef {import("./data.js").Facts & Page} PageNode
 */

/**
 * Places are in the units of the view.
 * @typedef {object} Page
 * @property {string} [words] all texts that a search looks at, once it has
 * @property {number[]} [links] indexes in data.links
 * @property {SVGElement} [element] of the picture, where it has one for each node
 * @property {Element} [tip] its tooltip
 * @property {number} x its middle
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} [corner] the radius of its corners; undefined for a circle
 * @property {{x: number, y: number, w: number, h: number}} [plate] where its enlarged name is
 * @property {number} [shrink] the factor by which a view draws it smaller than it magnifies places
 * @property {boolean} [bare] the picture has no label of it
 * @property {boolean} [selected]
 * @property {boolean} [fresh] it is new, or has just changed
 * @property {boolean} passes the filters let it pass
 * @property {boolean} shown the search finds it, too
 */

const given = documentFor(/** @type {import("./data.js").PageDocument} */ (JSON.parse($("data").textContent ?? "")), innerWidth);
export const nodes = /** @type {PageNode[]} */ (readNodes(given));
export const data = { ...given, nodes };
export const stage = $("stage");

/** @typedef {import("./data.js").PageRun & {link: number, shown: boolean}} Run */

/** hubEdges is the number of links of hubs, which come before those of jobs. */
export let hubEdges = 0;
/** @type {Run[]} */
export const runs = [];

/** linkShown has a number for each link: 1 if it is shown, else 0. */
export let linkShown = new Uint8Array(0);

/** joinLinks gives nodes their links, and finds the runs. */
function joinLinks() {
  hubEdges = data.links.length - (data.runs ?? []).length;
  linkShown = new Uint8Array(data.links.length).fill(1);
  runs.length = 0;
  for (const [i, run] of (data.runs ?? []).entries()) runs.push({ ...run, link: hubEdges + i, shown: true });
  for (const [i, ends] of data.links.entries()) {
    for (const end of ends) (nodes[end].links ??= []).push(i);
  }
}
joinLinks();

/** lasting are the properties of nodes that are not from the document. */
const lasting = /** @type {const} */ (["element", "tip", "x", "y", "w", "h", "corner", "selected", "shown", "passes"]);

const identity = (/** @type {import("./data.js").Facts} */ node) => (node.job ? "job " : "") + node.id;

/**
 * replaceData puts a newer document in the place of the data. A node of both keeps its object.
 * @param {import("./data.js").PageDocument} document
 * @returns {{joined: PageNode[], left: PageNode[], changed: PageNode[]}}
 */
export function replaceData(document) {
  const old = new Map(nodes.map((node) => [identity(node), node]));
  /** @type {{joined: PageNode[], left: PageNode[], changed: PageNode[]}} */
  const moved = { joined: [], left: [], changed: [] };
  nodes.length = 0;
  for (const facts of /** @type {PageNode[]} */ (readNodes(document))) {
    const node = old.get(identity(facts));
    old.delete(identity(facts));
    nodes.push(node ?? facts);
    if (!node) {
      moved.joined.push(facts);
      continue;
    }
    if (node.kind !== facts.kind || node.state !== facts.state) moved.changed.push(node);
    const kept = Object.fromEntries(lasting.map((name) => [name, node[name]]));
    for (const name of Object.keys(node)) delete (/** @type {any} */ (node)[name]);
    Object.assign(node, facts, kept);
  }
  moved.left = [...old.values()];
  for (const name of Object.keys(data)) delete (/** @type {any} */ (data)[name]);
  Object.assign(data, documentFor(document, innerWidth), { nodes });
  joinLinks();
  return moved;
}
