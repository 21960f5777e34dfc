// A picture of elements: the SVG that Go drew, in the stage.

import { all, numberOf } from "./dom.js";
import { stateWords } from "./words.js";
import { data, linkShown, nodes, runs, stage } from "./nodes.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./nodes.js").Run} Run */

/**
 * A Drawn is the parts of the picture. The edges of hubs are one path, and those of removed
 * nodes another; their segments are in the order of data.links. Edges that are part of a
 * trunk follow; those of jobs, which are a path or a chip each, are last.
 * @typedef {object} Drawn
 * @property {SVGSVGElement} svg
 * @property {SVGGElement} list
 * @property {number} unit CSS pixels per point
 * @property {{path: Element, segments: string[]}[]} edges
 * @property {{element: Element, links: number[]}[]} trunks
 * @property {{element: Element, runs: Run[]}[]} chips
 * @property {Map<Run, Element[]>} runs the elements of runs that have some of their own
 * @property {string[]} segments a path for each link
 */

/** @type {WeakMap<Element, PageNode>} */
export const nodeOf = new WeakMap();

/**
 * openDrawn puts a picture into the stage, and joins its elements to the nodes.
 * @param {string} text the SVG
 * @returns {Drawn}
 */
export function openDrawn(text) {
  stage.innerHTML = text;
  const svg = /** @type {SVGSVGElement} */ (stage.querySelector("svg"));
  const list = /** @type {SVGGElement} */ (svg.querySelector(".nodes"));
  const edges = all(svg, ".edge").map((path) => ({ path, segments: (path.getAttribute("d") ?? "").split(/(?=M)/) }));
  const unit = numberOf(svg, "width") / svg.viewBox.baseVal.width;
  /** @type {Drawn} */
  const drawn = { svg, list, unit, edges, trunks: [], chips: [], runs: new Map(), segments: edges.flatMap((e) => e.segments) };
  findTrunks(drawn);
  findRuns(drawn);
  /** @type {SVGElement[]} */
  const elements = all(list, ".node");
  elements.forEach((element, i) => bind(nodes[i], element));
  list.addEventListener("pointerover", (event) => {
    const node = nodeAt(event);
    if (node?.tip && !node.tip.isConnected) node.element?.prepend(node.tip);
  });
  list.addEventListener("pointerout", (event) => nodeAt(event)?.tip?.remove());
  // An img has no parts for assistive technology. These can be reached, so it is a group.
  svg.setAttribute("role", "group");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Nodes");
  return drawn;
}

/** @param {Drawn} drawn */
function findTrunks(drawn) {
  drawn.trunks = all(drawn.svg, ".trunk").map((element) => ({ element, links: [] }));
  for (const i of data.trunks ?? []) {
    drawn.trunks[i].links.push(drawn.segments.length);
    drawn.segments.push(drawn.trunks[i].element.getAttribute("d") ?? "");
  }
}

/**
 * findRuns finds the lines, counts and chips of runs. A chip stands for one run or for
 * several, and is seen as long as one of them is.
 * @param {Drawn} drawn
 */
function findRuns(drawn) {
  const counts = all(drawn.svg, ".counts .count");
  const lines = all(drawn.svg, ".runs .run");
  drawn.chips = all(drawn.svg, ".chips .chip").map((element) => ({ element, runs: [] }));
  for (const run of runs) {
    const chip = drawn.chips[(run.chip ?? 0) - 1];
    if (chip) {
      chip.runs.push(run);
      const rect = /** @type {Element} */ (chip.element.querySelector("rect"));
      const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => numberOf(rect, name));
      drawn.segments.push(`M${x} ${y}h${w}v${h}h${-w}Z`);
      continue;
    }
    const own = /** @type {Element[]} */ (lines.splice(0, 1));
    if (run.counted) own.push(...counts.splice(0, 1));
    drawn.runs.set(run, own);
    drawn.segments.push(own[0].getAttribute("d") ?? "");
  }
}

/**
 * bind joins a node to its element. A link would be a control within an option, so it is
 * left to the details. The accessible name is short, and contains the drawn label. The
 * tooltip, which would be part of it, is only in the element while the pointer is over it.
 * @param {PageNode} node
 * @param {SVGElement} element
 */
function bind(node, element) {
  node.element = element;
  node.bare = undefined;
  nodeOf.set(element, node);
  Object.assign(node, outline(element));
  node.shrink = 1;
  element.style.transformOrigin = `${node.x}px ${node.y}px`;
  const link = element.closest("a");
  link?.replaceWith(element);
  node.tip = /** @type {Element} */ (element.querySelector("title"));
  node.tip.remove();
  const drawn = element.textContent ?? "";
  element.setAttribute("role", "option");
  element.setAttribute("aria-label", nameOf(node, drawn));
}

/**
 * nameOf returns the accessible name of a node, which contains the texts that are drawn.
 * @param {PageNode} node
 */
export function nameOf(node, drawn = "") {
  const { label } = node;
  const alias = label.includes(drawn) || drawn.startsWith(label) ? "" : "shown as " + drawn;
  return [drawn.startsWith(label) ? drawn : label, node.role, node.changes[0], stateWords(node), alias].filter(Boolean).join(", ");
}

/**
 * outline returns the place and the size of a node's element.
 * @param {Element} element
 */
function outline(element) {
  const shape = /** @type {Element} */ (element.querySelector(".outline"));
  const number = (/** @type {string} */ name) => numberOf(shape, name);
  if (shape.tagName === "circle") return { x: number("cx"), y: number("cy"), w: 2 * number("r"), h: 2 * number("r"), corner: undefined };
  const [w, h] = [number("width"), number("height")];
  return { x: number("x") + w / 2, y: number("y") + h / 2, w, h, corner: number("rx") };
}

/**
 * nodeAt returns the node whose element an event is about.
 * @param {Event} event
 */
export function nodeAt(event) {
  const element = /** @type {Element} */ (event.target).closest(".node, .names > g");
  return element ? nodeOf.get(element) : undefined;
}

/**
 * refreshDrawn shows what the filters and the search leave.
 * @param {Drawn} drawn
 * @param {PageNode} [current] the node that Tab reaches
 */
export function refreshDrawn(drawn, current) {
  for (const node of nodes) refreshElement(node, current);
  let link = 0;
  for (const { path, segments } of drawn.edges) path.setAttribute("d", segments.filter(() => linkShown[link++]).join(""));
  for (const { element, links } of drawn.trunks) element.classList.toggle("out", !links.some((i) => linkShown[i]));
  for (const [run, own] of drawn.runs) own.forEach((element) => element.classList.toggle("out", !run.shown));
  for (const { element, runs } of drawn.chips) element.classList.toggle("out", !runs.some((run) => run.shown));
}

/**
 * refreshElement marks the element of a node as shown or not. The focused one must keep its
 * tabindex, or it would lose the focus.
 * @param {PageNode} node
 * @param {PageNode} [current]
 */
export function refreshElement(node, current) {
  const { element, shown } = node;
  if (!element) return;
  element.classList.toggle("out", !shown);
  if (shown) {
    element.removeAttribute("aria-hidden");
    element.setAttribute("tabindex", node === current ? "0" : "-1");
  } else {
    element.setAttribute("aria-hidden", "true");
    element.removeAttribute("tabindex");
  }
}
