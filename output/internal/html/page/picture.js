// A picture of elements on the stage, to pan and zoom.

import { all, draw, reducedMotion } from "./dom.js";
import { data, nodes } from "./nodes.js";
import { current, selected, setView, view } from "./view.js";
import { nodeAt, openDrawn, refreshDrawn } from "./drawn.js";
import { stillView } from "./still.js";
import { centreCamera, fitCamera, moveCamera, revealCamera, zoomCamera } from "./camera.js";
import { nameDots, openNames, showTexts } from "./names.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./view.js").View} View */
/** @typedef {import("./camera.js").Camera} Camera */

const maxScale = 40; // CSS pixels per point
const tallestBox = { named: 38, dot: 52 }; // in CSS pixels: a box is not magnified any further

/**
 * A Picture is what is on the stage.
 * @typedef {import("./drawn.js").Drawn & {camera: Camera, lit: SVGPathElement, focused?: PageNode,
 *   rings: {selected: SVGRectElement, focused: SVGRectElement}, lines: ReturnType<typeof linesOf>}} Picture
 */

/**
 * pictureView puts an SVG into the stage.
 * @param {string} text
 * @returns {View}
 */
export function pictureView(text) {
  const drawn = openDrawn(text);
  const lit = draw("path", { class: "lit" });
  const rings = { selected: draw("rect", { class: "ring" }), focused: draw("rect", { class: "ring focused" }) };
  drawn.list.before(lit);
  drawn.list.after(rings.selected, rings.focused);
  const { unit } = drawn;
  /** @type {Picture} */
  const p = { ...drawn, lit, rings, lines: linesOf(drawn.svg), camera: { k: 1, x: 0, y: 0, fitted: true, most: maxScale / unit, content: contentOf(drawn), moved: (smooth) => moved(p, smooth) } };
  openNames(p);
  const c = p.camera;
  const box = (/** @type {PageNode} */ node) => ({ x: node.x * unit, y: node.y * unit, w: node.w * unit, h: node.h * unit });
  const screen = (/** @type {PageNode} */ node) => ({ x: node.x * unit * c.k + c.x, y: node.y * unit * c.k + c.y, w: node.w * unit * c.k * (node.shrink ?? 1), h: node.h * unit * c.k * (node.shrink ?? 1) });
  return {
    pans: true,
    screen,
    nodeAt,
    refresh: () => refreshPicture(p),
    resize: () => { if (c.fitted) fitCamera(c); },
    fit: () => fitCamera(c, true),
    zoom: (factor, x, y) => zoomCamera(c, factor, x, y),
    pan: (dx, dy) => { c.fitted = false; moveCamera(c, c.k, c.x + dx, c.y + dy); },
    reveal: (node) => revealCamera(c, screen(node)),
    centre: (node) => centreCamera(c, box(node)),
    focus: (node) => node.element?.focus({ preventScroll: true }),
    holdsFocus: (node) => node.element !== undefined && node.element === document.activeElement,
    ring: (node) => { p.focused = node; placeRing(p, "focused", node); },
    update: () => replacePicture(c),
    state: () => (c.fitted ? "" : [c.k, c.x, c.y].map((n) => n.toFixed(3)).join()),
    restore: (state) => {
      const [k, x, y] = state.split(",").map(Number);
      if (!(k > 0 && k < 1e4) || !Number.isFinite(x + y)) return fitCamera(c);
      c.fitted = false;
      moveCamera(c, Math.min(k, c.most), x, y);
    },
  };
}

/**
 * replacePicture puts the picture of newer data on the stage, and moves what moved.
 * @param {Camera} before
 */
function replacePicture(before) {
  const old = new Map(nodes.map((node) => [node, { x: node.x, y: node.y }]));
  setView(stillView(adoptStyle(data.words?.picture ?? "")));
  if (before.fitted) view.fit();
  else view.restore?.([before.k, before.x, before.y].join());
  if (reducedMotion.matches) return;
  for (const node of nodes) {
    const { x, y } = old.get(node) ?? node;
    if (!(Math.hypot(x - node.x, y - node.y) > 0.5)) continue; // it is new, or did not move
    node.element?.animate([{ transform: `translate(${x - node.x}px, ${y - node.y}px)` }, { transform: "none" }], { duration: 260, easing: "ease-out" });
  }
}

/** @type {CSSStyleSheet | undefined} */
let ownStyle;

/**
 * adoptStyle gives the page the style of an SVG, and returns the SVG without it: the policy
 * of the page allows only the styles that it was made with.
 * @param {string} text
 */
export function adoptStyle(text) {
  const [whole, css] = text.match(/<style>([^<]*)<\/style>/) ?? ["", ""];
  if (!ownStyle) document.adoptedStyleSheets.push((ownStyle = new CSSStyleSheet()));
  ownStyle.replaceSync(css);
  return whole ? text.replace(whole, "") : text;
}

/**
 * contentOf returns the bounds of the nodes, edges and groups. The page shows the title and
 * the legend itself.
 * @param {import("./drawn.js").Drawn} drawn
 */
function contentOf({ svg, unit }) {
  const boxes = /** @type {SVGGraphicsElement[]} */ (all(svg, ".nodes, .edge, .trunks, .runs, .chips, .groups, .groupname")).map((e) => e.getBBox());
  const left = Math.min(...boxes.map((b) => b.x));
  const top = Math.min(...boxes.map((b) => b.y));
  const right = Math.max(...boxes.map((b) => b.x + b.width));
  const bottom = Math.max(...boxes.map((b) => b.y + b.height));
  return { x: left * unit, y: top * unit, w: (right - left) * unit, h: (bottom - top) * unit };
}

/** @param {Picture} p */
function refreshPicture(p) {
  refreshDrawn(p, current);
  placeRing(p, "selected", selected);
  p.lit.setAttribute("d", (selected?.links ?? []).map((i) => p.segments[i]).join(""));
  showTexts(p);
}

/**
 * placeRing moves a ring to a node, or hides it.
 * @param {Picture} p
 * @param {"selected" | "focused"} name
 * @param {PageNode} [node]
 */
export function placeRing(p, name, node) {
  const rect = p.rings[name];
  rect.style.display = node ? "" : "none";
  if (!node) return;
  const pixel = 1 / (p.unit * p.camera.k); // a pixel of the screen, in points
  const gap = (name === "focused" ? 5.5 : 2.5) * pixel;
  const inner = node.plate ?? node;
  const shrink = node.plate ? 1 : node.shrink ?? 1;
  const w = inner.w * shrink + 2 * gap;
  const h = inner.h * shrink + 2 * gap;
  const box = { x: node.x - w / 2, y: node.y - h / 2, width: w, height: h, rx: node.plate || node.corner === undefined ? h / 2 : node.corner * shrink + gap, "stroke-width": 2.5 * pixel };
  for (const [key, value] of Object.entries(box)) rect.setAttribute(key, String(value));
}

/** @param {Picture} p */
export function placeRings(p) {
  placeRing(p, "selected", selected);
  placeRing(p, "focused", p.focused);
}

/**
 * moved follows the camera.
 * @param {Picture} p
 * @param {boolean} smooth
 */
function moved(p, smooth) {
  const { k, x, y } = p.camera;
  if (smooth && !reducedMotion.matches) p.svg.classList.add("glide");
  p.svg.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
  placeRings(p);
  p.lit.setAttribute("stroke-width", String(2 / (p.unit * k)));
  repaintSoon(p);
}

/**
 * repaintSoon paints a picture sharp once it does not move. While it moves, it is not
 * painted again.
 * @param {Picture} p
 */
function repaintSoon(p) {
  p.svg.classList.add("moving");
  clearTimeout(repainting);
  repainting = setTimeout(() => {
    p.svg.classList.remove("moving", "glide");
    clampSizes(p);
    placeRings(p);
    showTexts(p);
    nameDots(p);
  }, 160);
}

/** @type {number | undefined} */
let repainting;

/**
 * clampSizes keeps lines and boxes at widths and sizes that can be read: a picture that is
 * magnified has more room, not thicker lines and larger letters.
 * @param {Picture} p
 */
function clampSizes(p) {
  const scale = p.unit * p.camera.k;
  for (const line of p.lines) line.element.style.strokeWidth = String(Math.min(line.most, Math.max(0.5, line.width * scale)) / scale);
  for (const node of nodes) {
    const shrink = Math.min(1, (node.corner === undefined ? tallestBox.dot : tallestBox.named) / (node.h * scale));
    if (shrink === (node.shrink ?? 1)) continue;
    node.shrink = shrink;
    if (node.element) node.element.style.transform = shrink < 1 ? `scale(${shrink})` : "";
  }
}

/** linesOf returns the lines of a picture with their widths in points. */
function linesOf(/** @type {SVGSVGElement} */ svg) {
  return /** @type {SVGElement[]} */ (all(svg, ".edge, .trunk, .run, .hull")).map((element) => {
    const width = parseFloat(getComputedStyle(element).strokeWidth) || 0;
    return { element, width, most: Math.max(1.6, width * 1.4) };
  });
}
