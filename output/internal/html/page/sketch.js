// Reads a picture of many boxes as what a canvas paints. Its elements are never on the page.

import { all, draw, numberOf } from "./dom.js";
import { nodes, stage } from "./nodes.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */

/**
 * An Ink is the colours and the line of elements of one class.
 * @typedef {{fill: string, stroke: string, width: number, dash: number[], text: string, bold: boolean}} Ink
 */

/**
 * A Part is one element: a path with its ink.
 * @typedef {{path: Path2D, ink: Ink}} Part
 */

/**
 * A Note is a text: its middle, its size, and whether it names a group.
 * @typedef {{text: string, x: number, y: number, size: number, ink: Ink, halo: boolean}} Note
 */

/**
 * A Dot is a node of the sketch.
 * @typedef {{node: PageNode, ink: Ink, signs: {path: Path2D, filled: boolean, width: number}[], level: Path2D | undefined, levelInk: Ink | undefined, notes: Note[]}} Dot
 */

/**
 * A Sketch is a picture to paint. Lengths are in points.
 * @typedef {object} Sketch
 * @property {number} unit CSS pixels per point
 * @property {Part[]} areas
 * @property {Note[]} names
 * @property {{segments: string[], ink: Ink}[]} edges in the order of data.links
 * @property {Dot[]} dots
 * @property {{x: number, y: number, w: number, h: number}} content
 */

/**
 * readSketch reads an SVG.
 * @param {string} text
 * @returns {Sketch}
 */
export function readSketch(text) {
  const svg = /** @type {SVGSVGElement} */ (new DOMParser().parseFromString(text, "text/html").querySelector("svg"));
  const inkOf = inker();
  const areas = all(svg, ".groups > *, .tags > *").map((element) => ({ path: shapeOf(element), ink: inkOf([], element) }));
  const edges = all(svg, ".edge").map((path) => ({ segments: (path.getAttribute("d") ?? "").split(/(?=M)/), ink: inkOf([], path) }));
  const names = all(svg, ".groupname, .groupdetail").map((element) => noteOf(element, inkOf([], element), element.matches(".groupname:not(.flat)")));
  const dots = all(svg, ".nodes .node").map((element, i) => dotOf(element, nodes[i], inkOf));
  inkOf.done();
  return { unit: numberOf(svg, "width") / Number((svg.getAttribute("viewBox") ?? "").split(" ")[2]), areas, names, edges, dots, content: boundsOf(dots, areas.length ? svg : undefined) };
}

/** inker returns a function that returns the ink of elements, by their classes and those of what they are in. */
function inker() {
  const probe = draw("svg", { class: "bacviz probe" });
  stage.append(probe);
  /** @type {Map<string, Ink>} */
  const inks = new Map();
  /** @type {(outer: Element[], element: Element) => Ink} */
  const of = (outer, element) => {
    const chain = [...outer, element];
    const key = chain.map((e) => e.tagName + "." + e.getAttribute("class")).join(" ");
    let ink = inks.get(key);
    if (ink) return ink;
    let at = /** @type {Element} */ (probe);
    for (const e of chain) at = at.appendChild(/** @type {Element} */ (document.importNode(e, false)));
    const style = getComputedStyle(at);
    const words = at.tagName === "text" ? at : at.parentElement?.appendChild(draw("text", {})) ?? at;
    ink = {
      fill: style.fill, stroke: style.stroke, width: parseFloat(style.strokeWidth) || 0, text: getComputedStyle(words).fill, bold: Number(style.fontWeight) > 500,
      dash: style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat),
    };
    probe.replaceChildren();
    inks.set(key, ink);
    return ink;
  };
  return Object.assign(of, { done: () => probe.remove() });
}

/** shapeOf returns the outline of an element. */
function shapeOf(/** @type {Element} */ element) {
  const number = (/** @type {string} */ name) => numberOf(element, name);
  if (element.tagName === "path") return new Path2D(element.getAttribute("d") ?? "");
  const path = new Path2D();
  if (element.tagName === "circle") path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
  else path.roundRect(number("x"), number("y"), number("width"), number("height"), number("rx"));
  return path;
}

/**
 * @param {Element} element
 * @param {Ink} ink
 * @param {boolean} halo
 * @returns {Note}
 */
function noteOf(element, ink, halo) {
  const size = numberOf(element, "font-size");
  const width = numberOf(element, "textLength");
  const x = numberOf(element, "x") + (element.getAttribute("direction") === "rtl" ? -width : 0);
  return { text: element.textContent ?? "", x: x + width / 2, y: numberOf(element, "y") - size * 0.35, size, ink, halo };
}

/**
 * dotOf gives a node its place, and returns what is painted there.
 * @param {Element} element
 * @param {PageNode} node
 * @param {(outer: Element[], element: Element) => Ink} inkOf
 * @returns {Dot}
 */
function dotOf(element, node, inkOf) {
  const outline = /** @type {Element} */ (element.querySelector(".outline"));
  const number = (/** @type {string} */ name) => numberOf(outline, name);
  const [w, h] = outline.tagName === "circle" ? [2 * number("r"), 2 * number("r")] : [number("width"), number("height")];
  const round = outline.tagName === "circle";
  Object.assign(node, { x: round ? number("cx") : number("x") + w / 2, y: round ? number("cy") : number("y") + h / 2, w, h, corner: round ? h / 2 : number("rx"), element: undefined });
  const ink = inkOf([element], outline);
  const level = element.querySelector(".level");
  const link = element.closest("a");
  if (link) node.link ??= link.getAttribute("href") ?? undefined;
  return {
    node, ink, level: level ? shapeOf(level) : undefined, levelInk: level ? inkOf([element], level) : undefined,
    signs: all(element, ".mark, .glyph").map((sign) => ({ path: shapeOf(sign), filled: sign.matches(".glyph"), width: numberOf(sign, "stroke-width") })),
    notes: all(element, "text").map((text) => noteOf(text, ink, false)),
  };
}

/**
 * boundsOf returns the bounds of all dots, and of the areas of a picture.
 * @param {Dot[]} dots
 * @param {SVGSVGElement} [svg]
 */
function boundsOf(dots, svg) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const add = (/** @type {number} */ x, /** @type {number} */ y) => {
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  };
  for (const { node: { x, y, w, h } } of dots) { add(x - w / 2, y - h / 2); add(x + w / 2, y + h / 2); }
  for (const path of svg ? all(svg, ".groups > path") : []) {
    const points = (path.getAttribute("d") ?? "").match(/-?[\d.]+/g)?.map(Number) ?? [];
    for (let i = 0; i + 1 < points.length; i += 2) add(points[i], points[i + 1]);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}
