// A picture of many boxes on a canvas, to pan and zoom.

import { all, make } from "./dom.js";
import { data, linkShown, nodes, stage } from "./nodes.js";
import { current, selected, setView, view } from "./view.js";
import { nameOf, nodeOf } from "./drawn.js";
import { centreCamera, fitCamera, moveCamera, revealCamera, zoomCamera } from "./camera.js";
import { stillView } from "./still.js";
import { readColors } from "./looks.js";
import { readSketch } from "./sketch.js";
import { family, fitCanvas } from "./canvas.js";
import { adoptStyle } from "./picture.js";
import { tooltip } from "./heads.js";
import { tipOf } from "./choose.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./sketch.js").Sketch} Sketch */
/** @typedef {import("./camera.js").Camera} Camera */

const tallest = { named: 34, dot: 52 }; // of a box, in CSS pixels: it is not magnified any further
const smallestText = 7;
const slowPaint = 24; // milliseconds: what takes longer is not painted while it moves

/**
 * A Painted is the state of the view.
 * @typedef {{sketch: Sketch, camera: Camera, canvas: HTMLCanvasElement, cursors: HTMLElement, focus: HTMLElement, focused?: PageNode,
 *   colors: (name: string) => string, edges: {path: Path2D, ink: import("./sketch.js").Ink}[], lit: Path2D, segments: string[],
 *   took: number, painted: {k: number, x: number, y: number}, frame: number, rest: number}} Painted
 */

/**
 * paintedView puts a canvas with a picture into the stage.
 * @param {string} text the SVG
 * @returns {import("./view.js").View}
 */
export function paintedView(text) {
  const canvas = make("canvas", { className: "sketch" });
  const cursors = make("div", { className: "cursors", role: "listbox", ariaLabel: "Nodes" });
  const focus = make("div", { className: "focus", hidden: true });
  stage.replaceChildren(canvas, cursors, focus);
  const sketch = readSketch(text);
  const { unit, content: c } = sketch;
  /** @type {Camera} */
  const camera = { k: 1, x: 0, y: 0, fitted: true, most: 40 / unit, content: { x: c.x * unit, y: c.y * unit, w: c.w * unit, h: c.h * unit }, moved: () => movedTo(p) };
  /** @type {Painted} */
  const p = {
    sketch, camera, canvas, cursors, focus, colors: readColors(), edges: [], lit: new Path2D(), segments: sketch.edges.flatMap((e) => e.segments),
    took: 0, painted: { k: 1, x: 0, y: 0 }, frame: 0, rest: 0,
  };
  stage.onpointermove = (event) => { if (event.pointerType !== "touch") hover(p, event); };
  stage.onpointerleave = () => tooltip([]);
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
    matchMedia(query).onchange = () => { if (canvas.isConnected) { Object.assign(p, { colors: readColors(), sketch: readSketch(text) }); refreshSketch(p); } };
  }
  const screen = (/** @type {PageNode} */ node) => screenAt(p, node);
  return {
    pans: true,
    screen,
    nodeAt: (event) => nodeUnder(p, event),
    holdsFocus: () => cursors.contains(document.activeElement),
    refresh: () => refreshSketch(p),
    resize: () => { if (camera.fitted) fitCamera(camera); else movedTo(p); },
    fit: () => fitCamera(camera),
    zoom: (factor, x, y) => zoomCamera(camera, factor, x, y),
    pan: (dx, dy) => { camera.fitted = false; moveCamera(camera, camera.k, camera.x + dx, camera.y + dy); },
    reveal: (node) => revealCamera(camera, screen(node)),
    centre: (node) => centreCamera(camera, { x: node.x * unit, y: node.y * unit, h: node.h * unit }),
    focus: (node) => { cursors.replaceChildren(cursorOf(p, node)); /** @type {HTMLElement} */ (cursors.firstChild).focus({ preventScroll: true }); },
    ring: (node) => { p.focused = node; placeFocus(p); },
    state: () => (camera.fitted ? "" : [camera.k, camera.x, camera.y].map((n) => n.toFixed(3)).join()),
    restore: (state) => {
      const [k, x, y] = state.split(",").map(Number);
      if (!(k > 0 && k < 1e4) || !Number.isFinite(x + y)) return fitCamera(camera);
      camera.fitted = false;
      moveCamera(camera, Math.min(k, camera.most), x, y);
    },
    elements: () => elementsOf(text),
    update: () => {
      setView(stillView(adoptStyle(data.words?.picture ?? "")));
      if (camera.fitted) view.fit();
      else view.restore?.([camera.k, camera.x, camera.y].join());
    },
  };
}

/** elementsOf returns the picture as elements, for a file or for paper. */
function elementsOf(/** @type {string} */ text) {
  const svg = /** @type {SVGSVGElement} */ (document.importNode(/** @type {Element} */ (new DOMParser().parseFromString(text, "text/html").querySelector("svg")), true));
  all(svg, ".nodes .node").forEach((element, i) => element.classList.toggle("out", nodes[i].shown === false));
  return svg;
}

/** shrinkOf returns the factor by which a box is smaller than it would be magnified. */
function shrinkOf(/** @type {Painted} */ p, /** @type {number} */ height, /** @type {boolean} */ named) {
  return Math.min(1, (named ? tallest.named : tallest.dot) / (height * p.sketch.unit * p.camera.k));
}

/** screenAt returns the middle and the size of a node on the stage. */
function screenAt(/** @type {Painted} */ p, /** @type {PageNode} */ node) {
  const scale = p.sketch.unit * p.camera.k;
  const s = scale * shrinkOf(p, node.h, node.bare === false);
  return { x: node.x * scale + p.camera.x, y: node.y * scale + p.camera.y, w: node.w * s, h: node.h * s };
}

/** nodeUnder returns the node that an event is about. */
function nodeUnder(/** @type {Painted} */ p, /** @type {Event} */ event) {
  const cursor = /** @type {Element} */ (event.target).closest(".cursor");
  if (cursor && event instanceof KeyboardEvent || cursor && event.type.startsWith("focus")) return nodeOf.get(cursor);
  if (!(event instanceof MouseEvent)) return undefined;
  const { left, top } = stage.getBoundingClientRect();
  const [x, y] = [event.clientX - left, event.clientY - top];
  return nodes.findLast((node) => {
    if (!node.shown) return false;
    const at = screenAt(p, node);
    return Math.abs(at.x - x) <= at.w / 2 + 1 && Math.abs(at.y - y) <= at.h / 2 + 1;
  });
}

function hover(/** @type {Painted} */ p, /** @type {PointerEvent} */ event) {
  const node = event.buttons ? undefined : nodeUnder(p, event);
  stage.classList.toggle("over", node !== undefined);
  tooltip(node ? tipOf(node) : [], event.clientX, event.clientY);
}

/** cursorOf makes an element that has the focus for a node. */
function cursorOf(/** @type {Painted} */ p, /** @type {PageNode} */ node) {
  const cursor = make("div", { className: "cursor", tabIndex: 0, role: "option", ariaLabel: nameOf(node), ariaSelected: String(node.selected === true) });
  nodeOf.set(cursor, node);
  return coverNode(p, cursor, node, 0);
}

function coverNode(/** @type {Painted} */ p, /** @type {HTMLElement} */ element, /** @type {PageNode} */ node, /** @type {number} */ margin) {
  const { x, y, w, h } = screenAt(p, node);
  Object.assign(element.style, { left: x - w / 2 - margin + "px", top: y - h / 2 - margin + "px", width: w + 2 * margin + "px", height: h + 2 * margin + "px" });
  return element;
}

function placeFocus(/** @type {Painted} */ p) {
  p.focus.hidden = !p.focused;
  if (p.focused) coverNode(p, p.focus, p.focused, 4);
}

/** refreshSketch shows what the filters, the search and the selection leave. */
function refreshSketch(/** @type {Painted} */ p) {
  let link = 0;
  p.edges = p.sketch.edges.map(({ segments, ink }) => ({ path: new Path2D(segments.filter(() => linkShown[link++]).join("")), ink }));
  p.lit = new Path2D((selected?.links ?? []).map((i) => p.segments[i] ?? "").join(""));
  for (const { node, notes } of p.sketch.dots) node.bare = notes.length === 0;
  if (!p.cursors.contains(document.activeElement)) p.cursors.replaceChildren(...(current ? [cursorOf(p, current)] : []));
  repaintSketch(p);
}

/** movedTo follows the camera: by painting again or, where that is slow, once it does not move. */
function movedTo(/** @type {Painted} */ p) {
  const { k, x, y } = p.camera;
  placeFocus(p);
  const cursor = /** @type {HTMLElement | null} */ (p.cursors.firstElementChild);
  const node = cursor && nodeOf.get(cursor);
  if (cursor && node) coverNode(p, cursor, node, 0);
  clearTimeout(p.rest);
  if (p.took < slowPaint) return repaintSketch(p);
  const by = k / p.painted.k;
  p.canvas.style.transform = `translate(${x - p.painted.x * by}px, ${y - p.painted.y * by}px) scale(${by})`;
  p.rest = setTimeout(() => repaintSketch(p), 140);
}

function repaintSketch(/** @type {Painted} */ p) {
  if (p.frame) return;
  p.frame = requestAnimationFrame(() => {
    p.frame = 0;
    if (!p.canvas.isConnected || !stage.clientWidth) return;
    const began = performance.now();
    paintSketch(p);
    p.took = performance.now() - began;
  });
}

/** paintSketch paints what is on the stage. Lines and boxes have widths and sizes that can be read at any magnification. */
function paintSketch(/** @type {Painted} */ p) {
  const { clientWidth: width, clientHeight: height } = stage;
  const { k, x, y } = p.camera;
  const scale = p.sketch.unit * k;
  const context = fitCanvas(p.canvas, width, height);
  p.canvas.style.transform = "";
  p.painted = { k, x, y };
  context.translate(x, y);
  context.scale(scale, scale);
  const line = (/** @type {number} */ w) => Math.min(2.2, Math.max(0.5, w * scale)) / scale;
  for (const { path, ink } of p.sketch.areas) {
    context.fillStyle = ink.fill;
    context.strokeStyle = ink.stroke;
    context.lineWidth = line(ink.width);
    if (ink.fill !== "none") context.fill(path);
    if (ink.stroke !== "none" && ink.width) context.stroke(path);
  }
  for (const { path, ink } of p.edges) {
    context.strokeStyle = ink.stroke;
    context.lineWidth = line(ink.width);
    context.setLineDash(ink.dash);
    context.stroke(path);
  }
  context.setLineDash([]);
  context.strokeStyle = p.colors("accent");
  context.lineWidth = 2 / scale;
  context.stroke(p.lit);
  const out = (/** @type {PageNode} */ { x: nx, y: ny }) => nx * scale + x < -60 || ny * scale + y < -60 || nx * scale + x > width + 60 || ny * scale + y > height + 60;
  for (const dot of p.sketch.dots) if (!out(dot.node)) paintDot(p, context, dot, scale);
  for (const note of p.sketch.names) writeNote(context, note, Math.max(1, 10 / (note.size * scale)) * Math.min(1, 20 / (note.size * scale)), note.halo ? p.colors("page") : "");
}

/**
 * paintDot paints a node.
 * @param {Painted} p
 * @param {CanvasRenderingContext2D} context
 * @param {import("./sketch.js").Dot} dot
 * @param {number} scale
 */
function paintDot(p, context, { node, ink, signs, level, levelInk, notes }, scale) {
  const { x, y, w, h } = node;
  const shrink = shrinkOf(p, h, notes.length > 0);
  context.save();
  context.globalAlpha = node.shown === false ? 0.14 : 1;
  context.translate(x, y);
  context.scale(shrink, shrink);
  context.beginPath();
  context.roundRect(-w / 2, -h / 2, w, h, Math.min(node.corner ?? h / 2, h / 2));
  context.fillStyle = ink.fill;
  context.fill();
  context.translate(-x, -y);
  if (level && levelInk) {
    context.fillStyle = levelInk.fill;
    context.fill(level);
  }
  const width = (/** @type {number} */ pixels) => pixels / (scale * shrink);
  context.strokeStyle = node.selected ? p.colors("ink") : node.fresh ? p.colors("accent") : ink.stroke;
  context.lineWidth = node.selected || node.fresh ? width(3) : Math.min(ink.width, h / 6, width(2.2));
  context.setLineDash(ink.dash);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = context.strokeStyle = ink.text;
  for (const sign of h * scale > 5 ? signs : []) {
    context.lineWidth = sign.width;
    if (sign.filled) context.fill(sign.path);
    else context.stroke(sign.path);
  }
  for (const note of notes) if (note.size * scale * shrink >= smallestText) writeNote(context, note, 1, "");
  const size = Math.min(h * 0.4, (w * 0.86) / (node.label.length * 0.56));
  if (notes.length === 0 && size * scale * shrink >= smallestText) writeNote(context, { text: node.label, x, y, size, ink, halo: false }, 1, "");
  context.restore();
}

/**
 * writeNote writes a text around its middle, enlarged by a factor, perhaps with a halo.
 * @param {CanvasRenderingContext2D} context
 * @param {import("./sketch.js").Note} note
 * @param {number} factor
 * @param {string} halo
 */
function writeNote(context, { text, x, y, size, ink }, factor, halo) {
  context.font = `${ink.bold ? "bold " : ""}${size * factor}px ${family}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (halo) {
    context.lineJoin = "round";
    context.strokeStyle = halo;
    context.lineWidth = size * factor * 0.3;
    context.strokeText(text, x, y);
  }
  context.fillStyle = ink.text;
  context.fillText(text, x, y);
}
