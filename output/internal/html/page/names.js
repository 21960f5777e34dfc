// The names in a picture of elements: those that are too small to read are hidden, or
// enlarged where there is room; those of dots are written as one zooms in.

import { $, all, draw, numberOf } from "./dom.js";
import { nodes, stage } from "./nodes.js";
import { nodeOf } from "./drawn.js";
import { placeRings } from "./picture.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {{x: number, y: number, w: number, h: number}} Box its middle and its size */
/** @typedef {Box & {f: number}} Enlarged with the factor */

const readable = 7; // the smallest font, in CSS pixels
const slack = 1.17; // the largest factor of a label

/** @type {{element: SVGGraphicsElement, turn: string | null, size: number, box?: Box}[]} */
let texts = [];
const names = draw("g", { class: "names", "aria-hidden": "true" });

/**
 * openNames finds the texts of a picture.
 * @param {Picture} p
 */
export function openNames(p) {
  texts = /** @type {SVGGraphicsElement[]} */ (all(p.svg, ".nodes text, .groupname, .groupdetail, .counts .count")).map((element) =>
    ({ element, turn: element.getAttribute("transform"), size: numberOf(element.querySelector("text") ?? element, "font-size") }));
  p.rings.focused.after(names);
}

/**
 * showTexts hides the texts that are too small to read. Labels that are a little too
 * small are enlarged, if they are in their nodes, which have room for that.
 * @param {Picture} p
 */
export function showTexts(p) {
  if ($("picture").hidden) return; // elements have no size then
  for (const text of texts) {
    const wanted = readable / (text.size * p.unit * p.camera.k); // no box shrinks to where its text is that small
    const grows = wanted > 1 && wanted <= slack && text.element.matches(".nodes text:not(.beside)");
    text.element.classList.toggle("tiny", wanted > 1 && !grows);
    if (text.turn) text.element.setAttribute("transform", text.turn);
    else text.element.removeAttribute("transform");
    if (!grows) continue;
    text.box ??= boxOf(text.element); // independent of the transform, and slow to compute
    enlarge(text.element, text.box, { ...text.box, f: wanted });
  }
  nameSmall(p);
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

/** @param {Picture} p */
function nameSmall(p) {
  /** @type {Box[]} */
  const taken = [];
  names.replaceChildren();
  nameHubs(p, taken);
  nameGroups(p, taken);
  placeRings(p);
}

/**
 * free reports whether a box covers none of the others.
 * @param {Box} a
 * @param {Box[]} others
 */
const free = (a, others) => others.every((b) => a === b || Math.abs(a.x - b.x) * 2 >= a.w + b.w || Math.abs(a.y - b.y) * 2 >= a.h + b.h);

/**
 * @param {Picture} p
 * @param {Box[]} taken
 */
function nameHubs(p, taken) {
  const pixel = 1 / (p.unit * p.camera.k);
  for (const hub of nodes.filter((n) => n.hub)) {
    hub.plate = undefined;
    if (!hub.element) continue;
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

/**
 * @param {Picture} p
 * @param {Box[]} taken
 */
function nameGroups(p, taken) {
  const { content, x: left, k } = p.camera;
  const pixel = 1 / (p.unit * k);
  const middle = { x: (content.x + content.w / 2) / p.unit, y: (content.y + content.h / 2) / p.unit };
  const others = nodes.filter((n) => n.shown);
  for (const name of /** @type {SVGGraphicsElement[]} */ (all(p.svg, ".groupname"))) {
    if (!name.classList.contains("tiny")) continue;
    const inner = boxOf(name);
    const far = Math.hypot(inner.x - middle.x, inner.y - middle.y) || 1;
    const box = sizes.flatMap((px) => Array.from({ length: 20 }, (_, step) => {
      const f = (px * pixel) / numberOf(name, "font-size");
      const [w, h] = [inner.w * f, inner.h * f];
      const out = 1 + (step * 3 * pixel) / far;
      const least = (4 - left) * pixel + w / 2;
      const most = (stage.clientWidth - 4 - left) * pixel - w / 2;
      const x = middle.x + (inner.x - middle.x) * out;
      return { f, w, h, x: Math.max(least, Math.min(most, x)), y: middle.y + (inner.y - middle.y) * out, wanted: x };
    })).find((b) => Math.abs(b.x - b.wanted) < b.w && free(b, others) && free(b, taken));
    if (!box) continue;
    enlarge(name, inner, box);
    name.classList.remove("tiny");
    taken.push(box);
  }
}

/** @type {Element[]} */
let named = [];

/**
 * nameDots writes labels into nodes without one that are on the stage and now large enough.
 * @param {Picture} p
 */
export function nameDots(p) {
  named.forEach((text) => text.remove());
  named = [];
  const { k, x: left, y: top } = p.camera;
  const scale = p.unit * k;
  for (const node of nodes) {
    node.bare ??= !node.element?.querySelector("text");
    const size = Math.min(node.h * 0.4, (node.w * 0.86) / (node.label.length * 0.56));
    if (!node.bare || size * scale * (node.shrink ?? 1) < readable || named.length === 400) continue;
    const [x, y] = [node.x * scale + left, node.y * scale + top];
    if (x < 0 || y < 0 || x > stage.clientWidth || y > stage.clientHeight) continue;
    const text = draw("text", { x: node.x, y: node.y, "font-size": size, "text-anchor": "middle", "dominant-baseline": "central" });
    text.textContent = node.label;
    node.element?.append(text);
    named.push(text);
  }
}
