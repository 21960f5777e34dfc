// The nodes: objects with the data of each node and its row of the table. All other modules
// use them.

import { $, all } from "./dom.js";

/**
 * A PageNode has the data of a node that is not in the table, as Go writes it, and what
 * the script adds to it. Places are in the units of the view.
 * @typedef {object} PageNode
 * @property {boolean} [hub]
 * @property {number} kind its index in data.kinds
 * @property {string} [state]
 * @property {string} [membership]
 * @property {number} [group] its index in data.groups, from 1
 * @property {number} [value] its index in the values of the colouring
 * @property {number} [used] the share in use, if colours stand for it
 * @property {boolean} [part] it has executions
 * @property {boolean} [idle] there are jobs, but it has no executions
 * @property {boolean} [job]
 * @property {string} [type] of a job
 * @property {number} [connected] of the nodes of a collapsed group
 * @property {number} [awaiting] of those too
 *
 * @property {number} index
 * @property {Row} row
 * @property {string} id
 * @property {string} label
 * @property {string} role
 * @property {string} kindName
 * @property {string} stateName
 * @property {string[]} groupPath
 * @property {string[]} states the words of its state
 * @property {string} words what a search looks at
 * @property {number[]} [links] indexes in data.links
 * @property {SVGElement} [element] of the picture, where it has one for each node
 * @property {Element} [tip] its tooltip
 * @property {string} [link] the address of a page about it
 * @property {number} x its middle
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {number} [corner] the radius of its corners; undefined for a circle
 * @property {{x: number, y: number, w: number, h: number}} [plate] where its enlarged name is
 * @property {boolean} [bare] the picture has no label of it
 * @property {boolean} passes the filters let it pass
 * @property {boolean} shown the search finds it, too
 */

/** @typedef {HTMLTableRowElement & {node: PageNode}} Row */

/**
 * A PageRun is a run of a job on a node.
 * @typedef {object} PageRun
 * @property {number} outcome
 * @property {string} words
 * @property {boolean} [counted] the picture shows its count
 * @property {number} [chip] the chip that stands for it, from 1
 */

/**
 * Links are pairs of indexes of nodes.
 * @typedef {{kinds: string[], groups?: string[][], nodes: PageNode[], links: [number, number][], trunks?: number[], runs?: PageRun[]}} PageData
 */

export const data = /** @type {PageData} */ (JSON.parse($("data").textContent ?? ""));
export const nodes = data.nodes;
export const stage = $("stage");

// The table has a row with most facts of each node. Columns that would be empty are
// left out.
export const body = /** @type {HTMLTableSectionElement} */ (document.querySelector("tbody"));

/** @typedef {{head: HTMLElement, name: string, amount: boolean}} Column */
/** @type {Column[]} */
export const columns = all(document, "thead th").map((head) => ({ head, name: head.textContent ?? "", amount: head.className === "amount" }));
const places = new Map(columns.map(({ name }, i) => [name, i]));

/**
 * cell returns the cell of a node in the column with a name, if there is one.
 * @param {{row: HTMLTableRowElement}} node
 * @param {string} name
 * @returns {HTMLTableCellElement | undefined}
 */
export const cell = (node, name) => node.row.cells[places.get(name) ?? -1];

/**
 * @param {{row: HTMLTableRowElement}} node
 * @param {string} name
 */
export const text = (node, name) => cell(node, name)?.textContent ?? "";
[...body.rows].forEach((element, i) => {
  const node = nodes[i];
  const row = Object.assign(element, { node });
  Object.assign(node, { row, label: text({ row }, "Name"), id: text({ row }, "ID"), role: text({ row }, "Role") });
});

/** @typedef {PageRun & {link: number, shown: boolean}} Run */

/** hubEdges is the number of links of hubs, which come before those of jobs. */
export const hubEdges = data.links.length - (data.runs ?? []).length;
/** @type {Run[]} */
export const runs = (data.runs ?? []).map((from, i) => ({ ...from, link: hubEdges + i, shown: true }));

/** linkShown has a number for each link: 1 if it is shown, else 0. */
export const linkShown = new Uint8Array(data.links.length).fill(1);
data.links.forEach(([from, to], i) => {
  for (const end of [from, to]) (nodes[end].links ??= []).push(i);
});

nodes.forEach((node, i) => {
  node.index = i;
  node.kindName = data.kinds[node.kind];
  node.stateName = text(node, "State");
  node.groupPath = node.group ? (data.groups ?? [])[node.group - 1] : [];
  node.states = node.stateName.toLowerCase().split(/[ ,]+/);
  node.words = columns.map(({ name, amount }) => amount || name === "State" ? "" : text(node, name)).join("\n").toLowerCase();
});
