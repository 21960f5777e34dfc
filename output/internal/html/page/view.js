// The view: the place and the magnification of the picture on the stage. Wheel,
// pointers and keys change it.

import { $, all, draw, numberOf, reducedMotion } from "./dom.js";
import { list, nodeOf, nodes, stage, svg } from "./nodes.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {{x: number, y: number, w: number, h: number}} Box its middle and its size */
/** @typedef {Box & {f: number}} Enlarged with the factor */

export const view = { k: 1, x: 0, y: 0, fitted: true };

export const unit = Number(svg.getAttribute("width")) / svg.viewBox.baseVal.width; // CSS pixels per point, at k = 1
const maxScale = 40; // CSS pixels per point

// content is the bounds of the nodes, edges and groups. The page shows the title and
// the legend itself.
const content = (() => {
  const boxes = /** @type {SVGGraphicsElement[]} */ (all(svg, ".nodes, .edge, .trunks, .runs, .chips, .groups, .groupname")).map((e) => e.getBBox());
  const left = Math.min(...boxes.map((b) => b.x));
  const top = Math.min(...boxes.map((b) => b.y));
  const right = Math.max(...boxes.map((b) => b.x + b.width));
  const bottom = Math.max(...boxes.map((b) => b.y + b.height));
  return { x: left * unit, y: top * unit, w: (right - left) * unit, h: (bottom - top) * unit };
})();

// The rings around the focused and the selected node, and the edges of the latter.
export const highlight = draw("path", { class: "lit" });
list.before(highlight);
/** @typedef {{rect: SVGRectElement, node?: PageNode}} Ring */
/** @type {{selected: Ring, focused: Ring}} */
const rings = { selected: { rect: draw("rect", { class: "ring" }) }, focused: { rect: draw("rect", { class: "ring focused" }) } };
list.after(rings.selected.rect, rings.focused.rect);

/**
 * ring moves a ring to a node, or hides it.
 * @param {"selected" | "focused"} name
 * @param {PageNode} [node]
 */
export function ring(name, node) {
  rings[name].node = node;
  placeRing(rings[name]);
}

/** @param {Ring} ring */
function placeRing({ rect, node }) {
  rect.style.display = node ? "" : "none";
  if (!node) return;
  const pixel = 1 / (unit * view.k); // a pixel of the screen, in points
  const gap = (rect === rings.focused.rect ? 5.5 : 2.5) * pixel;
  const inner = node.plate ?? node;
  const w = inner.w + 2 * gap;
  const h = inner.h + 2 * gap;
  const box = { x: node.x - w / 2, y: node.y - h / 2, width: w, height: h, rx: node.plate || node.corner === undefined ? h / 2 : node.corner + gap, "stroke-width": 2.5 * pixel };
  for (const [key, value] of Object.entries(box)) rect.setAttribute(key, String(value));
}

/**
 * move sets the view. Part of the content always stays on the stage.
 * @param {number} k
 * @param {number} x
 * @param {number} y
 */
function move(k, x, y) {
  const { clientWidth: width, clientHeight: height } = stage;
  view.k = k;
  const margin = Math.min(120, content.w * k, content.h * k);
  view.x = Math.min(width - margin - content.x * k, Math.max(margin - (content.x + content.w) * k, x));
  view.y = Math.min(height - margin - content.y * k, Math.max(margin - (content.y + content.h) * k, y));
  svg.style.transform = `translate(${view.x}px, ${view.y}px) scale(${k})`;
  Object.values(rings).forEach(placeRing);
  highlight.setAttribute("stroke-width", String(2 / (unit * k)));
  repaintSoon();
}

// A moving picture is not painted again. Once it does not move, it is painted sharp.
/** @type {number | undefined} */
let repainting;
function repaintSoon() {
  svg.classList.add("moving");
  clearTimeout(repainting);
  repainting = setTimeout(() => {
    svg.classList.remove("moving", "glide");
    showTexts();
    nameDots();
  }, 160);
}

/** @returns {[number, number, number]} */
function fitted() {
  const { clientWidth: width, clientHeight: height } = stage;
  const k = Math.min((width - 32) / content.w, (height - 96) / content.h, 2.2 / unit);
  return [k, width / 2 - (content.x + content.w / 2) * k, (height - 24) / 2 - (content.y + content.h / 2) * k];
}

/** fit shows the whole picture. */
export function fit() {
  if (!stage.clientWidth) return;
  move(...fitted());
  view.fitted = true;
}

/**
 * zoom magnifies by a factor around a point of the stage.
 * @param {number} factor
 */
export function zoom(factor, cx = stage.clientWidth / 2, cy = stage.clientHeight / 2) {
  const k = Math.min(Math.max(view.k * factor, fitted()[0] / 2), maxScale / unit);
  view.fitted = false;
  move(k, cx - ((cx - view.x) * k) / view.k, cy - ((cy - view.y) * k) / view.k);
}

/** glide makes the next move a smooth one. */
export function glide() {
  if (!reducedMotion.matches) svg.classList.add("glide");
}

/**
 * screen returns the place of a node on the stage.
 * @param {PageNode} node
 */
export const screen = (node) => ({ x: node.x * unit * view.k + view.x, y: node.y * unit * view.k + view.y });

/**
 * clear returns the size of the stage that the details do not cover. They are at its
 * right, or on small screens at its bottom.
 */
function clear() {
  const area = stage.getBoundingClientRect();
  const details = $("details").getBoundingClientRect(); // all zero while hidden
  const beside = details.left - area.left;
  if (beside > area.width / 3) return { width: beside, height: area.height };
  return { width: area.width, height: details.height ? Math.max(details.top - area.top, 80) : area.height };
}

/**
 * centre moves a node to the middle, and magnifies it if it is small.
 * @param {PageNode} node
 */
export function centre(node) {
  const { width, height } = clear();
  const k = Math.min(Math.max(view.k, 22 / (node.h * unit)), maxScale / unit);
  view.fitted = false;
  glide();
  move(k, width / 2 - node.x * unit * k, height / 2 - node.y * unit * k);
}

/**
 * reveal moves the view by as little as makes a node visible.
 * @param {PageNode} node
 */
export function reveal(node) {
  const { x, y } = screen(node);
  const { width, height } = clear();
  const free = { x: (node.w * unit * view.k) / 2 + 16, y: (node.h * unit * view.k) / 2 + 16 };
  const dx = Math.min(Math.max(x, free.x), width - free.x) - x;
  const dy = Math.min(Math.max(y, free.y), height - free.y) - y;
  if (dx || dy) {
    view.fitted = false;
    glide();
    move(view.k, view.x + dx, view.y + dy);
  }
}

// showTexts hides the texts that are too small to read. Labels that are a little too
// small are enlarged, if they are in their nodes, which have room for that.
const readable = 7; // the smallest font, in CSS pixels
const slack = 1.17; // the largest factor of a label
/** @type {{element: SVGGraphicsElement, turn: string | null, size: number, box?: Box}[]} */
const texts = /** @type {SVGGraphicsElement[]} */ (all(svg, ".nodes text, .groupname, .groupdetail, .counts .count")).map((element) =>
  ({ element, turn: element.getAttribute("transform"), size: numberOf(element.querySelector("text") ?? element, "font-size") }));
export function showTexts() {
  if ($("picture").hidden) return; // elements have no size then
  for (const text of texts) {
    const wanted = readable / (text.size * unit * view.k);
    const grows = wanted > 1 && wanted <= slack && text.element.matches(".nodes text:not(.beside)");
    text.element.classList.toggle("tiny", wanted > 1 && !grows);
    if (text.turn) text.element.setAttribute("transform", text.turn);
    else text.element.removeAttribute("transform");
    if (!grows) continue;
    text.box ??= boxOf(text.element); // independent of the transform, and slow to compute
    enlarge(text.element, text.box, { ...text.box, f: wanted });
  }
  nameSmall();
}

/**
 * boxOf returns the middle and the size of an element, without its transform.
 * @param {SVGGraphicsElement} element
 */
function boxOf(element) {
  const { x, y, width: w, height: h } = element.getBBox();
  return { x: x + w / 2, y: y + h / 2, w, h };
}

/**
 * enlarge moves an element to another middle, and enlarges it by a factor.
 * @param {Element} element
 * @param {Box} from
 * @param {Enlarged} to
 */
function enlarge(element, from, to) {
  element.setAttribute("transform", `translate(${to.x} ${to.y}) scale(${to.f}) translate(${-from.x} ${-from.y})`);
}

// nameSmall enlarges the names of hubs and groups that are too small to read, as all are
// on a phone. The name of a hub is written on a plate over it that covers no other node.
// The name of a group moves outwards until it covers nothing. Boxes are in points.
const sizes = [9, 8, readable]; // of the font, in CSS pixels
const names = draw("g", { class: "names", "aria-hidden": "true" });
rings.focused.rect.after(names);

function nameSmall() {
  /** @type {Box[]} */
  const taken = [];
  names.replaceChildren();
  nameHubs(taken);
  nameGroups(taken);
  Object.values(rings).forEach(placeRing);
}

/**
 * free reports whether a box covers none of the others.
 * @param {Box} a
 * @param {Box[]} others
 */
const free = (a, others) => others.every((b) => a === b || Math.abs(a.x - b.x) * 2 >= a.w + b.w || Math.abs(a.y - b.y) * 2 >= a.h + b.h);

/** @param {Box[]} taken */
function nameHubs(taken) {
  const pixel = 1 / (unit * view.k);
  for (const hub of nodes.filter((n) => n.hub)) {
    hub.plate = undefined;
    const words = all(hub.element, "text.tiny:not(.detail)").map((text) => /** @type {Element} */ (text.cloneNode(true)));
    if (!words.length || !hub.shown) continue;
    const plate = draw("g", { class: (hub.element.getAttribute("class") ?? "").replace("node", "") });
    words.forEach((text) => text.classList.remove("tiny"));
    plate.append(...words);
    names.append(plate);
    const inner = boxOf(plate);
    const size = numberOf(words[0], "font-size");
    const [w, h] = [inner.w + size * 0.9, inner.h + size * 0.3];
    const others = nodes.filter((n) => n.shown && n !== hub);
    const boxes = sizes.map((px) => (px * pixel) / size).map((f) => ({ ...inner, f, w: w * f, h: h * f }));
    const box = boxes.find((b) => free(b, others)) ?? boxes[boxes.length - 1];
    if (!free(box, taken)) { plate.remove(); continue; }
    plate.prepend(draw("rect", { class: "outline", x: inner.x - w / 2, y: inner.y - h / 2, width: w, height: h, rx: h / 2, "stroke-width": pixel / box.f }));
    enlarge(plate, inner, box);
    nodeOf.set(plate, hub);
    hub.plate = box;
    taken.push(box);
  }
}

/** @param {Box[]} taken */
function nameGroups(taken) {
  const pixel = 1 / (unit * view.k);
  const middle = { x: (content.x + content.w / 2) / unit, y: (content.y + content.h / 2) / unit };
  const others = nodes.filter((n) => n.shown);
  for (const name of /** @type {SVGGraphicsElement[]} */ (all(svg, ".groupname"))) {
    if (!name.classList.contains("tiny")) continue;
    const inner = boxOf(name);
    const far = Math.hypot(inner.x - middle.x, inner.y - middle.y) || 1;
    const box = sizes.flatMap((px) => Array.from({ length: 20 }, (_, step) => {
      const f = (px * pixel) / numberOf(name, "font-size");
      const [w, h] = [inner.w * f, inner.h * f];
      const out = 1 + (step * 3 * pixel) / far;
      const left = (4 - view.x) * pixel + w / 2;
      const right = (stage.clientWidth - 4 - view.x) * pixel - w / 2;
      const x = middle.x + (inner.x - middle.x) * out;
      return { f, w, h, x: Math.max(left, Math.min(right, x)), y: middle.y + (inner.y - middle.y) * out, wanted: x };
    })).find((b) => Math.abs(b.x - b.wanted) < b.w && free(b, others) && free(b, taken));
    if (!box) continue;
    enlarge(name, inner, box);
    name.classList.remove("tiny");
    taken.push(box);
  }
}

// nameDots writes labels into nodes without one that are on the stage and now large
// enough.
/** @type {Element[]} */
let named = [];
function nameDots() {
  named.forEach((text) => text.remove());
  named = [];
  for (const node of nodes) {
    node.bare ??= !node.element.querySelector("text");
    const size = Math.min(node.h * 0.4, (node.w * 0.86) / (node.label.length * 0.56));
    if (!node.bare || size * unit * view.k < readable || named.length === 400) continue;
    const { x, y } = screen(node);
    if (x < 0 || y < 0 || x > stage.clientWidth || y > stage.clientHeight) continue;
    const text = draw("text", { x: node.x, y: node.y, "font-size": size, "text-anchor": "middle", "dominant-baseline": "central" });
    text.textContent = node.label;
    node.element.append(text);
    named.push(text);
  }
}

stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const { left, top } = stage.getBoundingClientRect();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
  zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - left, event.clientY - top);
}, { passive: false });

// The pressed pointers by ID: one drags, two pinch.
/** @type {Map<number, {x: number, y: number}>} */
const pointers = new Map();
export let dragged = false;

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  if (pointers.size === 0) dragged = false;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
});

stage.addEventListener("pointermove", (event) => {
  const last = pointers.get(event.pointerId);
  if (!last) return;
  const dx = event.clientX - last.x;
  const dy = event.clientY - last.y;
  // A small movement is part of a click.
  if (!dragged && pointers.size === 1 && Math.hypot(dx, dy) < 4) return;
  dragged = true;
  stage.setPointerCapture(event.pointerId);
  stage.classList.add("dragging");
  view.fitted = false;
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const { left, top } = stage.getBoundingClientRect();
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    zoom(after / Math.max(before, 1), (event.clientX + other.x) / 2 - left, (event.clientY + other.y) / 2 - top);
    move(view.k, view.x + dx / 2, view.y + dy / 2);
  } else {
    move(view.k, view.x + dx, view.y + dy);
  }
  Object.assign(last, { x: event.clientX, y: event.clientY });
});

for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
  stage.addEventListener(end, (event) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) stage.classList.remove("dragging");
  });
}

$("zoom-in").addEventListener("click", () => zoom(1.5));
$("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
$("zoom-fit").addEventListener("click", () => { glide(); fit(); });

new ResizeObserver(() => { if (view.fitted) fit(); }).observe(stage);
