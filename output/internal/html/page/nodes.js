// The nodes: objects with the data of each node, its element of the picture and its
// row of the table. All other modules use them.

import { $, all, numberOf } from "./dom.js";

/**
 * A PageNode has the data of a node that is not in the table, as Go writes it, and what
 * the script adds to it. Places are in points.
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
 * @property {SVGElement} element
 * @property {Element} tip
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
export const svg = /** @type {SVGSVGElement} */ (stage.querySelector("svg"));
export const list = /** @type {SVGGElement} */ (svg.querySelector(".nodes"));

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

// The edges of hubs are one path, and those of removed nodes another; their segments
// are in the order of data.links. Edges that are part of a trunk follow; those of jobs,
// which are a path each, are last.
export const edges = all(svg, ".edge").map((path) => ({ path, segments: (path.getAttribute("d") ?? "").split(/(?=M)/) }));
export const segments = edges.flatMap((e) => e.segments);
/** @type {{element: Element, d: string, links: number[]}[]} */
export const trunks = all(svg, ".trunk").map((element) => ({ element, d: element.getAttribute("d") ?? "", links: [] }));
for (const i of data.trunks ?? []) {
  trunks[i].links.push(segments.length);
  segments.push(trunks[i].d);
}
export const hubEdges = segments.length;

/** @typedef {PageRun & {link: number, elements: Element[], shown?: boolean}} Run */
const counts = all(svg, ".counts .count");
const runLines = all(svg, ".runs .run");

// A chip stands for one run or for several, and is seen as long as one of them is.
/** @type {{element: Element, d: string, runs: Run[]}[]} */
export const chips = all(svg, ".chips .chip").map((element) => {
  const rect = /** @type {Element} */ (element.querySelector("rect"));
  const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => numberOf(rect, name));
  return { element, d: `M${x} ${y}h${w}v${h}h${-w}Z`, runs: [] };
});
export const runs = (data.runs ?? []).map((from, i) => {
  /** @type {Run} */
  const run = { ...from, link: hubEdges + i, elements: [] };
  const chip = chips[(run.chip ?? 0) - 1];
  if (chip) {
    chip.runs.push(run);
  } else {
    run.elements.push(.../** @type {Element[]} */ (runLines.splice(0, 1)));
    if (run.counted) run.elements.push(...counts.splice(0, 1));
  }
  segments.push(chip ? chip.d : run.elements[0].getAttribute("d") ?? "");
  return run;
});
data.links.forEach(([from, to], i) => {
  for (const end of [from, to]) (nodes[end].links ??= []).push(i);
});

/** @type {WeakMap<Element, PageNode>} */
export const nodeOf = new WeakMap();

/**
 * outline returns the place and the size of a node's element.
 * @param {Element} element
 */
function outline(element) {
  const shape = /** @type {Element} */ (element.querySelector(".outline"));
  const number = (/** @type {string} */ name) => numberOf(shape, name);
  if (shape.tagName === "circle") return { x: number("cx"), y: number("cy"), w: 2 * number("r"), h: 2 * number("r") };
  const [w, h] = [number("width"), number("height")];
  return { x: number("x") + w / 2, y: number("y") + h / 2, w, h, corner: number("rx") };
}

/** @type {SVGElement[]} */
const elements = all(list, ".node");
elements.forEach((element, i) => {
  const node = nodes[i];
  node.element = element;
  node.index = i;
  nodeOf.set(element, node);
  Object.assign(node, outline(element));

  // A link would be a control within an option, so it moves to the details.
  const link = element.closest("a");
  if (link) {
    node.link = link.getAttribute("href") ?? undefined;
    link.replaceWith(element);
  }

  node.kindName = data.kinds[node.kind];
  node.stateName = text(node, "State");
  node.groupPath = node.group ? (data.groups ?? [])[node.group - 1] : [];
  node.states = node.stateName.toLowerCase().split(/[ ,]+/);
  node.words = columns.map(({ name, amount }) => amount || name === "State" ? "" : text(node, name)).join("\n").toLowerCase();

  // The accessible name is short, and contains the drawn label. The tooltip, which
  // would be part of it, is only in the element while the pointer is over it.
  node.tip = /** @type {Element} */ (element.querySelector("title"));
  node.tip.remove();
  const drawn = element.textContent ?? "";
  const alias = node.label.includes(drawn) ? "" : "shown as " + drawn;
  element.setAttribute("role", "option");
  element.setAttribute("aria-label", [node.label, node.role, cell(node, "Change")?.firstChild?.textContent, node.stateName, alias].filter(Boolean).join(", "));
});

/**
 * at returns the node whose element an event is about.
 * @param {Event} event
 */
function at(event) {
  const element = /** @type {Element} */ (event.target).closest(".node");
  return element ? nodeOf.get(element) : undefined;
}

list.addEventListener("pointerover", (event) => {
  const node = at(event);
  if (node && !node.tip.isConnected) node.element.prepend(node.tip);
});
list.addEventListener("pointerout", (event) => at(event)?.tip.remove());

// An img has no parts for assistive technology. These can be reached, so it is a group.
svg.setAttribute("role", "group");
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Nodes");
document.body.classList.add("on");
