// Trays and their headings, which stay in view while their tiles do.

import { $, make } from "./dom.js";
import { data } from "./nodes.js";
import { tintOf } from "./looks.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./place.js").Plate<PageNode & import("./groups.js").Item>} Plate */

/** @type {Map<string, HTMLElement>} */
const shown = new Map();

/**
 * showHeads makes the trays and blocks that are between two heights those on the sheet.
 * @param {HTMLElement} sheet
 * @param {Plate[]} plates
 * @param {number} top
 * @param {number} bottom
 * @param {(hub: PageNode) => void} goTo shows a hub
 */
export function showHeads(sheet, plates, top, bottom, goTo) {
  const keep = new Set();
  for (const plate of plates) {
    if (plate.y > bottom || plate.y + plate.h < top) continue;
    const { key } = plate.block;
    keep.add(key);
    let element = shown.get(key);
    if (!element) {
      element = newPlate(plate, goTo);
      shown.set(key, element);
      sheet.append(element);
    }
    setPlate(element, plate);
  }
  for (const [key, element] of shown) {
    if (keep.has(key)) continue;
    element.remove();
    shown.delete(key);
  }
}

/**
 * newPlate makes a tray or a block.
 * @param {Plate} plate
 * @param {(hub: PageNode) => void} goTo
 */
function newPlate({ block }, goTo) {
  const head = make("div", { className: "head" });
  for (const hub of block.level === 0 ? block.hubs : []) {
    const button = make("button", { type: "button", className: "chip", textContent: hub.label });
    button.addEventListener("click", () => goTo(hub));
    head.append(button);
  }
  head.append(make("span", { className: "name" }), make("span", { className: "count" }));
  return make("div", { className: block.level === 0 ? "tray" : "block" }, head);
}

/**
 * setPlate gives a tray or a block its place and its words.
 * @param {HTMLElement} element
 * @param {Plate} plate
 */
function setPlate(element, plate) {
  const { block } = plate;
  const { style } = element;
  Object.assign(style, { left: plate.x + "px", top: plate.y + "px", width: plate.w + "px", height: plate.h + "px" });
  const [ground, edge] = tintOf(data.looks, block.order);
  if (block.level === 0) {
    style.setProperty("--ground", `var(--${ground})`);
    style.setProperty("--rim", `var(--${edge})`);
  }
  element.classList.toggle("apart", block.kind === "detached");
  const head = /** @type {HTMLElement} */ (element.firstElementChild);
  head.hidden = plate.head === 0;
  const [name, detail] = wordsOf(block);
  const spans = [...head.querySelectorAll("span")];
  if (spans[0].textContent !== name) spans[0].textContent = name;
  if (spans[1].textContent !== detail) spans[1].textContent = detail;
  head.title = [name, detail].filter(Boolean).join(" · ");
}

/**
 * wordsOf returns the name of a block, and how many of its nodes are connected or need
 * attention.
 * @param {import("./groups.js").Block<PageNode & import("./groups.js").Item>} block
 * @returns {[string, string]}
 */
export function wordsOf(block) {
  let [all, connected] = [0, 0];
  /** @type {Map<number, number>} */
  const odd = new Map();
  for (const item of block.items) {
    const members = membersOf(item);
    all += members;
    connected += item.connected ?? (item.state === "connected" ? members : 0);
    if (item.rank < 7) odd.set(item.kind, (odd.get(item.kind) ?? 0) + members);
  }
  const exceptions = [...odd].sort(([a], [b]) => data.looks.ranks[a] - data.looks.ranks[b])
    .map(([kind, n]) => n.toLocaleString("en") + " " + data.kinds[kind].replace(" approval", "")).join(", ");
  const count = all.toLocaleString("en");
  const of = connected === all ? count : `${connected.toLocaleString("en")} of ${count}`;
  switch (block.kind) {
    case "detached":
      return ["not connected", [count, onlyIf(odd.size > 1 || !odd.size, exceptions)].filter(Boolean).join(" · ")];
    case "peers":
      return ["other requesters", count];
    case "hubs":
      return ["", [of + " connected", exceptions].filter(Boolean).join(" · ")]; // the hubs are named before it
  }
  const name = block.name === "" && block.level === 0 ? "compute nodes" : block.name;
  return [name, [of, exceptions].filter(Boolean).join(" · ")];
}

const onlyIf = (/** @type {boolean} */ condition, /** @type {string} */ text) => (condition ? text : "");

/** membersOf returns how many nodes a node stands for. */
export const membersOf = (/** @type {PageNode} */ node) => node.members ?? 1;

/** clearHeads removes all trays, whose keys other blocks may have from now on. */
export function clearHeads() {
  for (const element of shown.values()) element.remove();
  shown.clear();
}

/** tooltip shows what a node is beside the pointer, or hides it. */
export function tooltip(/** @type {string[]} */ lines, x = 0, y = 0) {
  const tip = $("tip");
  tip.hidden = lines.length === 0;
  if (tip.hidden) return;
  tip.replaceChildren(...lines.map((line, i) => make(i === 0 ? "b" : "span", { textContent: line })));
  const { offsetWidth: w, offsetHeight: h } = tip;
  tip.style.left = Math.max(4, Math.min(innerWidth - w - 4, x + 14)) + "px";
  tip.style.top = (y + 18 + h > innerHeight ? Math.max(4, y - h - 10) : y + 18) + "px";
}
