// The view: the picture on the stage. It is a picture of elements, tiles that flow to the
// window, or a picture on a canvas; all have the same methods.

import { $ } from "./dom.js";
import { nodes, stage } from "./nodes.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */

/**
 * A View shows the nodes. Places are in CSS pixels from the left top corner of the stage.
 * @typedef {object} View
 * @property {() => void} refresh shows what the filters, the search and the selection leave
 * @property {() => void} resize follows the size of the stage
 * @property {() => void} fit shows the whole picture
 * @property {(factor: number, x?: number, y?: number) => void} zoom magnifies around a place
 * @property {(dx: number, dy: number) => void} pan moves the picture
 * @property {boolean} pans a drag or the wheel moves the picture, and nothing scrolls
 * @property {(node: PageNode) => void} reveal moves the picture by as little as makes a node visible
 * @property {(node: PageNode) => void} centre moves a node to the middle
 * @property {(node: PageNode) => void} focus moves the focus to a node
 * @property {(node: PageNode) => boolean} holdsFocus whether a node has the focus
 * @property {(event: Event) => PageNode | undefined} nodeAt the node that an event is about
 * @property {(node: PageNode) => {x: number, y: number, w: number, h: number}} screen the middle and the size of a node
 * @property {(focused?: PageNode) => void} ring shows which node has the focus by keys
 * @property {(choice: import("./choose.js").Choice) => void} [choose] shows what the reader chose
 * @property {() => import("./paper.js").Sheet} [sheet] what it shows, to paint into a file; the picture of elements is one itself
 * @property {() => string} [state] the place and the magnification, for a link; "" if they are the usual ones
 * @property {(state: string) => void} [restore] goes back to a state
 * @property {() => SVGSVGElement} [elements] the picture as elements, if it is on a canvas and has no sheet
 * @property {(gone: PageNode[]) => void} update follows newer data, without some nodes
 */

/** @type {View} */
export let view;

/** @param {View} to */
export function setView(to) {
  view = to;
}

/**
 * The one node that Tab reaches; arrows move on from it.
 * @type {PageNode | undefined}
 */
export let current;

/**
 * The node that was selected last.
 * @type {PageNode | undefined}
 */
export let selected;

/**
 * The selected nodes, in the order in which they were selected.
 * @type {Set<PageNode>}
 */
export const selection = new Set();

/** @param {PageNode} [node] */
export function setCurrent(node) {
  if (current?.element && current.shown) current.element.setAttribute("tabindex", "-1");
  current = node;
  current?.element?.setAttribute("tabindex", "0");
}

/**
 * setSelection changes which nodes are selected.
 * @param {Iterable<PageNode>} to
 */
export function setSelection(to) {
  const before = [...selection];
  selection.clear();
  selected = undefined;
  for (const node of to) selection.add(selected = node);
  for (const node of new Set([...before, ...selection])) {
    node.selected = selection.has(node);
    node.element?.classList.toggle("selected", node.selected);
    if (node.selected) node.element?.setAttribute("aria-selected", "true");
    else node.element?.removeAttribute("aria-selected");
  }
  view.refresh();
}

/**
 * focusNode moves the focus to a node of the picture.
 * @param {PageNode} node
 */
export function focusNode(node) {
  setCurrent(node);
  view.focus(node);
  view.reveal(node);
}

/** nodeWithFocus returns the node of the picture that has the focus. */
export function nodeWithFocus() {
  const element = document.activeElement;
  if (!element || !stage.contains(element)) return undefined;
  return current && view.holdsFocus(current) ? current : undefined;
}

/**
 * clear returns the size of the stage that the details do not cover. They are at its
 * right, or on small screens at its bottom.
 */
export function clear() {
  const area = stage.getBoundingClientRect();
  const details = $("details").getBoundingClientRect(); // all zero while hidden
  const beside = details.left - area.left;
  if (beside > area.width / 3) return { width: beside, height: area.height };
  return { width: area.width, height: details.height ? Math.max(details.top - area.top, 80) : area.height };
}

/**
 * nearest returns the node nearest to a place, which may miss a small node.
 * @param {MouseEvent} event
 */
export function nearest(event) {
  const { left, top } = stage.getBoundingClientRect();
  /** @type {PageNode | undefined} */
  let best;
  let least = 20; // pixels from its outline
  for (const node of nodes) {
    if (!node.shown) continue;
    const { x, y, w, h } = view.screen(node);
    const far = Math.hypot(Math.max(0, Math.abs(event.clientX - left - x) - w / 2), Math.max(0, Math.abs(event.clientY - top - y) - h / 2));
    if (far < least) [best, least] = [node, far];
  }
  return best;
}

/** startView begins to take the wheel, pointers and buttons. */
export function startView() {
  stage.addEventListener("wheel", onWheel, { passive: false });
  stage.addEventListener("pointerdown", onPress);
  stage.addEventListener("pointermove", onDrag);
  stage.addEventListener("pointerup", onRelease);
  stage.addEventListener("pointercancel", onRelease);
  $("zoom-in").addEventListener("click", () => view.zoom(1.5));
  $("zoom-out").addEventListener("click", () => view.zoom(1 / 1.5));
  $("zoom-fit").addEventListener("click", () => view.fit());
  new ResizeObserver(() => { if (stage.clientWidth) view.resize(); }).observe(stage);
}

/** @param {WheelEvent} event */
function onWheel(event) {
  if (!view.pans && !event.ctrlKey) return; // it scrolls
  event.preventDefault();
  const { left, top } = stage.getBoundingClientRect();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
  view.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX - left, event.clientY - top);
}

// The pressed pointers by ID: one drags, two pinch.
/** @type {Map<number, {x: number, y: number}>} */
const pointers = new Map();
export let dragged = false;

/** @param {PointerEvent} event */
function onPress(event) {
  if (event.button !== 0 || event.shiftKey) return; // with Shift a drag selects
  if (pointers.size === 0) dragged = false;
  pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
}

/** @param {PointerEvent} event */
function onDrag(event) {
  const last = pointers.get(event.pointerId);
  if (!last || (!view.pans && pointers.size < 2)) return;
  const dx = event.clientX - last.x;
  const dy = event.clientY - last.y;
  // A small movement is part of a click.
  if (!dragged && pointers.size === 1 && Math.hypot(dx, dy) < 4) return;
  dragged = true;
  stage.setPointerCapture(event.pointerId);
  stage.classList.add("dragging");
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const { left, top } = stage.getBoundingClientRect();
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    view.zoom(after / Math.max(before, 1), (event.clientX + other.x) / 2 - left, (event.clientY + other.y) / 2 - top);
    view.pan(dx / 2, dy / 2);
  } else {
    view.pan(dx, dy);
  }
  Object.assign(last, { x: event.clientX, y: event.clientY });
}

/** @param {PointerEvent} event */
function onRelease(event) {
  pointers.delete(event.pointerId);
  if (pointers.size === 0) stage.classList.remove("dragging");
}
