// Tiles that flow to the window: the view of trays and cells. Up to a number they are
// elements, beyond that they are painted on a canvas.

import { draw, make, reducedMotion } from "./dom.js";
import { data, nodes, stage } from "./nodes.js";
import { clear, current, selected, setCurrent, view } from "./view.js";
import { groupUp } from "./groups.js";
import { hubHeight, place, trayHead } from "./place.js";
import { bestSize, sizesOf } from "./sizes.js";
import { fitCanvas, measure, paintTiles } from "./canvas.js";
import { readColors } from "./looks.js";
import { nameOf, nodeOf, refreshElement } from "./drawn.js";
import { syncTiles } from "./tiles.js";
import { clearHeads, showHeads, tooltip } from "./heads.js";
import { fieldOf } from "./fields.js";
import { detailOf, itemLook, tipOf, toItems } from "./choose.js";
import { paper } from "./paper.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./choose.js").TileNode} TileNode */
/** @typedef {import("./tiles.js").Tile} Tile */

/** elementsMost is the most boxes that are elements. */
export const elementsMost = 1000;
const hubFont = 14;
const movingMost = 4000; // tiles on a canvas that move smoothly

/**
 * A Flow is the state of the view.
 * @typedef {object} Flow
 * @property {import("./choose.js").Choice} choice
 * @property {TileNode[]} items
 * @property {ReturnType<typeof groupUp<TileNode>>} groups
 * @property {import("./place.js").Size[]} sizes
 * @property {number} size the index of the one in use
 * @property {boolean} fitted the size follows the window
 * @property {import("./place.js").Plan<TileNode>} plan
 * @property {Map<PageNode, Tile>} tiles
 * @property {boolean} painted on a canvas
 * @property {{top: number, height: number}} band what the canvas shows of the sheet
 * @property {{from: Map<PageNode, {x: number, y: number}>, began: number} | undefined} motion
 * @property {{tile: Tile, until: number}[]} leaving tiles that fade
 * @property {(name: string) => string} colors
 */

const sheet = make("div", { className: "sheet" });
const canvas = make("canvas", { className: "tiles" });
const rails = draw("svg", { class: "rails", "aria-hidden": "true" });
const layer = draw("g", { role: "listbox", "aria-label": "Nodes" });
const tileLayer = draw("svg", { class: "tiles", role: "group", "aria-label": "Picture" });
const cursors = make("div", { className: "cursors", role: "listbox", ariaLabel: "Nodes" });
const pen = /** @type {CanvasRenderingContext2D} */ (make("canvas", {}).getContext("2d"));
const focusRing = make("div", { className: "focus", hidden: true });

/** @type {Flow} */
const flow = {
  choice: {}, items: [], groups: { hubs: [], trays: [] }, sizes: [], size: 0, fitted: true,
  plan: { size: { w: 1, h: 1, gap: 0, font: 0, details: false }, width: 0, height: 0, plates: [], spots: new Map(), rails: [] },
  tiles: new Map(), painted: false, band: { top: 0, height: 0 }, motion: undefined, leaving: [], colors: (name) => name,
};

/**
 * flowView puts the sheet into the stage.
 * @returns {import("./view.js").View}
 */
export function flowView() {
  stage.replaceChildren(sheet);
  stage.classList.add("flow");
  tileLayer.append(layer);
  sheet.append(rails, focusRing);
  stage.addEventListener("scroll", onScroll, { passive: true });
  stage.addEventListener("pointermove", onHover);
  stage.addEventListener("pointerleave", () => tooltip([]));
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) matchMedia(query).addEventListener("change", recolor);
  regroup();
  return {
    pans: false,
    screen: screenOf,
    nodeAt: tileAt,
    refresh: refreshTiles,
    resize: () => relayout(),
    fit: () => { flow.fitted = true; relayout(true); stage.scrollTo({ top: 0, behavior: "auto" }); },
    zoom: zoomTiles,
    pan: (_, dy) => stage.scrollBy(0, -dy),
    reveal: (node) => scrollTo(node, false),
    centre: (node) => scrollTo(node, true),
    focus: focusTile,
    holdsFocus: (node) => [node.element, cursors.firstChild].includes(/** @type {any} */ (document.activeElement)),
    ring: ringTile,
    sheet: () => paper(flow.plan, flow.tiles.values(), flow.colors),
    choose: (choice) => { flow.choice = choice; regroup(); relayout(true); refreshTiles(); },
    update: updateTiles,
    state: () => (flow.fitted && stage.scrollTop === 0 ? "" : [flow.fitted ? "" : flow.size, Math.round(stage.scrollTop)].join()),
    restore: restoreTiles,
  };
}

/** regroup finds anew which nodes are drawn together, and how large their names are. */
function regroup() {
  flow.items = toItems(flow.choice, fieldOf);
  flow.painted = flow.items.length > elementsMost;
  const other = flow.painted ? tileLayer : canvas;
  other.remove();
  cursors.remove();
  sheet.append(...(flow.painted ? [canvas, cursors] : [tileLayer]));
  recolor();
  regroupItems();
}

/** regroupItems makes the trays, and the sizes of tiles. */
function regroupItems() {
  flow.groups = groupUp(flow.items, false);
  const plain = flow.items.filter((item) => !item.hub && !item.job);
  const longest = (/** @type {string[]} */ texts) => [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, 40)
    .reduce((most, text) => Math.max(most, measure(pen, text, 1, false)), 0);
  flow.sizes = sizesOf(Math.min(Math.max(2, longest(plain.map((item) => item.shownLabel))), 22), Math.min(longest(plain.map(detailOf)), 24),
    plain.some((item) => data.looks.marks[item.kind] !== null));
  clearHeads();
}

function recolor() {
  flow.colors = readColors();
  repaint();
}

const hubWidth = (/** @type {TileNode} */ hub) => Math.ceil(measure(pen, hub.shownLabel, hubFont, true)) + 34;
const marginOf = () => (stage.clientWidth < 600 ? 10 : 18);

/** relayout places everything in the window, and moves what moved. */
function relayout(smooth = false) {
  if (!stage.clientWidth || flow.items.length === 0) return;
  const margin = marginOf();
  const width = stage.clientWidth - 2 * margin;
  const height = stage.clientHeight - margin - 8;
  if (flow.fitted) flow.size = bestSize(flow.groups, flow.sizes, width, height, hubWidth);
  flow.size = Math.max(0, Math.min(flow.sizes.length - 1, flow.size));
  const size = flow.sizes[flow.size];
  const old = flow.tiles;
  const cells = size.font === 0;
  flow.plan = place(flow.groups, { ...size, w: Math.min(size.w, width - 60) }, width, hubWidth);
  flow.tiles = tilesOf(cells);
  Object.assign(sheet.style, { width: width + "px", height: flow.plan.height + "px", margin: `4px ${margin}px ${margin + 56}px` });
  if (smooth && !reducedMotion.matches) startMotion(old);
  drawRails();
  flow.band = { top: 0, height: 0 };
  showBand();
  if (!flow.painted) {
    syncTiles(layer, [...flow.tiles.values()], pen);
    tileLayer.setAttribute("width", String(width));
    tileLayer.setAttribute("height", String(flow.plan.height));
  }
  refreshTiles();
}

/**
 * tilesOf returns the tiles by node, in the order of reading.
 * @param {boolean} cells
 * @returns {Map<PageNode, Tile>}
 */
function tilesOf(cells) {
  const { size } = flow.plan;
  const fill = flow.choice.fill ?? data.fill;
  /** @type {Map<PageNode, Tile>} */
  const tiles = new Map();
  for (const [node, spot] of flow.plan.spots) {
    const look = itemLook(node, cells, fill);
    Object.assign(node, { x: spot.x + spot.w / 2, y: spot.y + spot.h / 2, w: spot.w, h: spot.h });
    tiles.set(node, {
      ...spot, node, look, share: look.level ? node.use : 0, alpha: 1, round: node.hub, accent: "",
      label: cells && !node.hub ? "" : node.shownLabel, detail: size.details && !node.hub ? detailOf(node) : "", font: node.hub ? hubFont : size.font,
    });
  }
  return tiles;
}

function drawRails() {
  const { plan } = flow;
  rails.setAttribute("width", String(plan.width));
  rails.setAttribute("height", String(plan.height));
  rails.replaceChildren(...plan.rails.map(({ d }) => draw("path", { class: "trunk", d })));
}

/** refreshTiles shows what the filters, the search and the selection leave. */
function refreshTiles() {
  const linked = new Set((selected?.links ?? []).flatMap((i) => (selected?.hub ? data.links[i].map((end) => nodes[end]) : [])));
  for (const [node, tile] of flow.tiles) {
    tile.alpha = node.shown === false ? 0.14 : 1;
    tile.accent = node.selected ? "selected" : node.fresh ? "new" : linked.has(node) ? "lit" : "";
    if (flow.painted) continue;
    refreshElement(node, current);
    for (const name of /** @type {const} */ (["selected", "new", "lit"])) node.element?.classList.toggle(name, tile.accent === name);
  }
  tabTile();
  flow.plan.rails.forEach(({ plate }, i) => rails.children[i]?.classList.toggle("out", !plate.block.items.some((item) => item.shown !== false)));
  repaint();
}

/** repaint paints the canvas at the next frame. */
function repaint() {
  if (!flow.painted || asked) return;
  asked = requestAnimationFrame(() => {
    asked = 0;
    paintBand();
  });
}
let asked = 0;

/** paintBand paints what the canvas shows of the sheet, and goes on as long as tiles move. */
export function paintBand() {
  const { band, motion } = flow;
  if (band.height === 0) return;
  const context = fitCanvas(canvas, flow.plan.width, band.height);
  context.translate(0, -band.top);
  const now = performance.now();
  const part = motion ? Math.min(1, (now - motion.began) / 260) : 1;
  const eased = 1 - (1 - part) ** 3;
  const [top, bottom] = [band.top - 40, band.top + band.height + 40];
  flow.leaving = flow.leaving.filter(({ until }) => until > now);
  /** @type {Tile[]} */
  const seen = [];
  for (const { tile, until } of flow.leaving) seen.push({ ...tile, alpha: (until - now) / fading });
  for (const tile of flow.tiles.values()) {
    const from = part < 1 ? motion?.from.get(tile.node) : undefined;
    if (from) {
      const y = from.y + (tile.y - from.y) * eased;
      if (y + tile.h > top && y < bottom) seen.push({ ...tile, x: from.x + (tile.x - from.x) * eased, y });
    } else if (tile.y + tile.h > top && tile.y < bottom) {
      seen.push(tile);
    }
  }
  paintTiles(context, seen, flow.colors);
  if (part >= 1) flow.motion = undefined;
  if (flow.motion || flow.leaving.length) repaint();
}
const fading = 900; // milliseconds

/** startMotion lets tiles move from where they were. */
function startMotion(/** @type {Map<PageNode, Tile>} */ old) {
  if (flow.painted && old.size <= movingMost) flow.motion = { from: new Map([...old].map(([node, { x, y }]) => [node, { x, y }])), began: performance.now() };
  sheet.classList.add("moves");
  clearTimeout(still);
  still = setTimeout(() => sheet.classList.remove("moves"), 320);
}
/** @type {number | undefined} */
let still;

function onScroll() {
  tooltip([]);
  showBand();
}

/**
 * showBand moves the canvas, and makes the headings, where the window comes near their end.
 * They reach half a window further than what is seen.
 */
function showBand() {
  const top = stage.scrollTop - sheet.offsetTop;
  const height = stage.clientHeight;
  const { band } = flow;
  const within = band.height > 0 && top >= band.top - 1 && top + height <= band.top + band.height + 1;
  const all = band.top <= 0 && band.top + band.height >= flow.plan.height;
  if (within || (band.height > 0 && all)) return;
  const from = Math.max(0, top - height / 2);
  flow.band = { top: from, height: Math.max(1, Math.min(flow.plan.height, top + 1.5 * height) - from) };
  canvas.style.top = from + "px";
  showHeads(sheet, flow.plan.plates, from - height, top + 2 * height, (hub) => { setCurrent(hub); scrollTo(hub, false); view.focus(hub); });
  if (flow.painted) paintBand();
}

/** screenOf returns the middle and the size of a node on the stage. */
function screenOf(/** @type {PageNode} */ node) {
  return { x: node.x + sheet.offsetLeft - stage.scrollLeft, y: node.y + sheet.offsetTop - stage.scrollTop, w: node.w, h: node.h };
}

/** tileAt returns the node that an event is about: at the pointer, or with the focus. */
function tileAt(/** @type {Event} */ event) {
  const element = /** @type {Element} */ (event.target);
  const own = element.closest(".node, .cursor");
  if (own) return nodeOf.get(own);
  if (!(event instanceof MouseEvent) || element.closest("button")) return undefined;
  const { left, top } = sheet.getBoundingClientRect();
  return hit(event.clientX - left, event.clientY - top);
}

/** hit returns the node at a place of the sheet. */
function hit(/** @type {number} */ x, /** @type {number} */ y) {
  for (const [node, tile] of flow.tiles) {
    if (node.shown !== false && x >= tile.x - 1 && x <= tile.x + tile.w + 1 && y >= tile.y - 1 && y <= tile.y + tile.h + 1) return node;
  }
  return undefined;
}

function onHover(/** @type {PointerEvent} */ event) {
  const node = event.pointerType === "touch" ? undefined : tileAt(event);
  stage.classList.toggle("over", node !== undefined);
  tooltip(node ? tipOf(node) : [], event.clientX, event.clientY);
}

/** scrollTo makes a node visible; in the middle, and large enough for its name, if asked for. */
function scrollTo(/** @type {PageNode} */ node, /** @type {boolean} */ middle) {
  const named = flow.sizes.findIndex((size) => size.font > 0);
  if (middle && flow.size < named && !node.hub) {
    [flow.size, flow.fitted] = [named + 1, false];
    relayout();
  }
  const { height } = clear();
  const { y, h } = screenOf(node);
  const [least, most] = [node.hub ? hubHeight : trayHead + h / 2 + 12, height - h / 2 - 12];
  const by = middle ? y - height / 2 : y < least ? y - least : y > most ? y - most : 0;
  if (by) stage.scrollBy({ top: by, behavior: "auto" });
}

/** focusTile moves the focus to a node: to its element, or to one that stands for it. */
function focusTile(/** @type {PageNode} */ node) {
  if (!flow.painted) {
    node.element?.focus({ preventScroll: true });
    return;
  }
  cursors.replaceChildren(newCursor(node));
  /** @type {HTMLElement} */ (cursors.firstChild).focus({ preventScroll: true });
}

/** newCursor makes an element in the place of a painted node, which has the focus for it. */
function newCursor(/** @type {PageNode} */ node) {
  const cursor = make("div", { className: "cursor", tabIndex: 0, role: "option", ariaLabel: nameOf(node), ariaSelected: String(node.selected === true) });
  nodeOf.set(cursor, node);
  return placeOver(cursor, node, 0);
}

/** placeOver puts an element over a node, with a margin around it. */
function placeOver(/** @type {HTMLElement} */ element, /** @type {PageNode} */ node, /** @type {number} */ margin) {
  const [w, h] = [node.w + 2 * margin, node.h + 2 * margin];
  Object.assign(element.style, { left: node.x - w / 2 + "px", top: node.y - h / 2 + "px", width: w + "px", height: h + "px" });
  return element;
}

/** tabTile makes an element for the node that Tab reaches, or moves the one that has the focus. */
function tabTile() {
  if (!flow.painted) return;
  const cursor = /** @type {HTMLElement | null} */ (cursors.firstElementChild);
  const node = cursor && nodeOf.get(cursor);
  if (cursor && node && cursor === document.activeElement) placeOver(cursor, node, 0);
  else cursors.replaceChildren(...(current ? [newCursor(current)] : []));
}

function ringTile(/** @type {PageNode | undefined} */ node) {
  focusRing.hidden = !node;
  if (node) placeOver(focusRing, node, 4);
}

/** zoomTiles makes tiles larger or smaller. What is at a place of the stage stays there. */
function zoomTiles(/** @type {number} */ factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
  pinched *= factor;
  const steps = Math.trunc(Math.log(pinched) / Math.log(1.22));
  if (steps === 0) return;
  pinched = 1;
  const to = Math.max(0, Math.min(flow.sizes.length - 1, flow.size + Math.sign(steps)));
  if (to === flow.size) return;
  const anchor = nearestTile(x, y);
  const before = anchor && screenOf(anchor).y;
  [flow.size, flow.fitted] = [to, false];
  relayout(!flow.painted); // a large step of many tiles is followed better without
  if (anchor && before !== undefined && stage.scrollHeight > stage.clientHeight) stage.scrollTop += screenOf(anchor).y - before;
  showBand();
}
let pinched = 1;

function nearestTile(/** @type {number} */ x, /** @type {number} */ y) {
  /** @type {PageNode | undefined} */
  let best;
  let least = Infinity;
  const [left, top] = [sheet.offsetLeft - stage.scrollLeft, sheet.offsetTop - stage.scrollTop];
  for (const node of flow.tiles.keys()) {
    const far = Math.hypot(node.x + left - x, node.y + top - y);
    if (far < least) [best, least] = [node, far];
  }
  return best;
}

/** restoreTiles goes back to a size and a place. */
function restoreTiles(/** @type {string} */ state) {
  const [size, top] = state.split(",");
  flow.fitted = !/^\d+$/.test(size);
  if (!flow.fitted) flow.size = Number(size);
  relayout();
  stage.scrollTop = Number(top) || 0;
}

/** updateTiles follows new data: what moved moves, what left fades, what is new is marked. */
function updateTiles(/** @type {PageNode[]} */ gone) {
  const now = performance.now();
  for (const node of gone) {
    const tile = flow.tiles.get(node);
    if (tile && flow.painted && !reducedMotion.matches) flow.leaving.push({ tile, until: now + fading });
    if (tile && !flow.painted) fade(node);
  }
  const old = flow.tiles;
  regroup();
  flow.tiles = old;
  relayout(true);
}

/** fade leaves a copy of a tile's element for a moment. */
function fade(/** @type {PageNode} */ node) {
  if (!node.element || reducedMotion.matches) return;
  const ghost = /** @type {Element} */ (node.element.cloneNode(true));
  ghost.setAttribute("class", "tile ghost");
  ghost.setAttribute("aria-hidden", "true");
  ghost.removeAttribute("role");
  ghost.removeAttribute("tabindex");
  tileLayer.append(ghost);
  setTimeout(() => ghost.remove(), fading);
}

