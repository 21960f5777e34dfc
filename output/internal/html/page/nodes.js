// The nodes: objects with the data of each node. All other modules use them.

import { $ } from "./dom.js";
import { readNodes } from "./data.js";

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
 * @property {boolean} [bare] the picture has no label of it
 * @property {boolean} [selected] one of those that are selected
 * @property {boolean} [fresh] it is new, or has just changed
 * @property {boolean} passes the filters let it pass
 * @property {boolean} shown the search finds it, too
 */

const given = /** @type {import("./data.js").PageDocument} */ (JSON.parse($("data").textContent ?? ""));
export const nodes = /** @type {PageNode[]} */ (readNodes(given));
export const data = { ...given, nodes };
export const stage = $("stage");

/** @typedef {import("./data.js").PageRun & {link: number, shown: boolean}} Run */

/** hubEdges is the number of links of hubs, which come before those of jobs. */
export const hubEdges = data.links.length - (data.runs ?? []).length;
/** @type {Run[]} */
export const runs = (data.runs ?? []).map((from, i) => ({ ...from, link: hubEdges + i, shown: true }));

/** linkShown has a number for each link: 1 if it is shown, else 0. */
export const linkShown = new Uint8Array(data.links.length).fill(1);
data.links.forEach(([from, to], i) => {
  for (const end of [from, to]) (nodes[end].links ??= []).push(i);
});
