// Paints tiles as elements of an SVG, which assistive technology can reach.

import { draw } from "./dom.js";
import { nodeOf, nameOf } from "./drawn.js";
import { measure, shorten } from "./canvas.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./canvas.js").Shape & {node: PageNode}} Tile */

/**
 * A Parts is the elements of a tile.
 * @typedef {object} Parts
 * @property {SVGGElement} group
 * @property {SVGRectElement} outline
 * @property {SVGRectElement} level
 * @property {SVGGElement} mark
 * @property {SVGTextElement} label
 * @property {SVGTextElement} detail
 */

/** @type {WeakMap<Element, Parts>} */
const partsOf = new WeakMap();

/** @returns {Parts} */
function newParts() {
  const parts = {
    group: draw("g", { class: "node tile", role: "option" }), outline: draw("rect", { class: "outline" }), level: draw("rect", { class: "level" }),
    mark: draw("g", { class: "sign" }), label: draw("text", {}), detail: draw("text", { class: "detail" }),
  };
  parts.mark.append(draw("path", { class: "strokes" }), draw("path", { class: "filled" }));
  parts.group.append(parts.outline, parts.level, parts.mark, parts.label, " ", parts.detail);
  partsOf.set(parts.group, parts);
  return parts;
}

/**
 * syncTiles makes the elements in a layer those of some tiles, in their order.
 * @param {SVGGElement} layer
 * @param {Tile[]} tiles
 * @param {CanvasRenderingContext2D} context measures texts
 */
export function syncTiles(layer, tiles, context) {
  const keep = new Set();
  tiles.forEach((tile, i) => {
    const { node } = tile;
    const parts = (node.element && partsOf.get(node.element)) ?? newParts();
    node.element = parts.group;
    nodeOf.set(parts.group, node);
    keep.add(parts.group);
    if (layer.children[i] !== parts.group) layer.insertBefore(parts.group, layer.children[i] ?? null);
    updateTile(parts, tile, context);
  });
  for (const element of [...layer.children]) if (!keep.has(element)) element.remove();
}

/**
 * updateTile gives the elements of a tile its place, its colours and its texts.
 * @param {Parts} parts
 * @param {Tile} tile
 * @param {CanvasRenderingContext2D} context
 */
function updateTile(parts, tile, context) {
  const { look, w, h, node, font } = tile;
  const { style } = parts.group;
  style.transform = `translate(${tile.x}px, ${tile.y}px)`;
  for (const [name, color] of [["--f", look.fill], ["--s", look.stroke], ["--t", look.text], ["--l", look.level]]) {
    if (color) style.setProperty(name, `var(--${color})`);
  }
  parts.group.setAttribute("class", ["node tile", look.css, look.line, look.strong ? "strong" : ""].filter(Boolean).join(" "));
  const radius = tile.round ? h / 2 : h < 14 ? 2 : 4;
  setAll(parts.outline, { x: 0.5, y: 0.5, width: w - 1, height: h - 1, rx: radius });
  setAll(parts.level, { x: 1, y: 1, width: look.level ? Math.max(0, (w - 2) * tile.share) : 0, height: h - 2, rx: Math.min(radius, 3) });

  const sign = font ? font * 0.42 : h * 0.28;
  const marked = look.mark !== null && h > 10;
  const line = tile.detail ? h * 0.34 : h / 2;
  const room = w - 10 - (marked ? 2 * sign + 4 : 0);
  const detail = tile.detail ? shorten(context, tile.detail, w - 8, font * 0.85, false) : "";
  const words = font && tile.label ? shorten(context, tile.label, room, font, look.strong) : "";
  parts.group.setAttribute("aria-label", nameOf(node, [words, detail].filter(Boolean).join(" ")));
  const width = words ? measure(context, words, font, look.strong) : 0;
  const from = (w - width - (marked ? 2 * sign + (words ? 4 : 0) : 0)) / 2;
  parts.mark.style.display = marked ? "" : "none";
  if (marked) {
    parts.mark.setAttribute("transform", `translate(${from + sign} ${line}) scale(${sign})`);
    parts.mark.children[0].setAttribute("d", look.mark?.strokes ?? "");
    parts.mark.children[1].setAttribute("d", look.mark?.filled ?? "");
  }
  setText(parts.label, words, from + (marked ? 2 * sign + 4 : 0), line, font, "start");
  setText(parts.detail, detail, w / 2, h * 0.72, font * 0.85, "middle");
}

/**
 * @param {SVGTextElement} element
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} font
 * @param {string} anchor
 */
function setText(element, text, x, y, font, anchor) {
  if (element.textContent !== text) element.textContent = text;
  if (text) setAll(element, { x, y: y + font * 0.35, "font-size": font, "text-anchor": anchor });
}

/**
 * @param {Element} element
 * @param {Object<string, string | number>} attributes
 */
function setAll(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
}
