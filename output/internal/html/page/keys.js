// Keys, clicks and touches, which go to nodes.

import { $, targetOf } from "./dom.js";
import { nodes, stage } from "./nodes.js";
import { dragged, focusNode, nearest, selected, selection, setCurrent, view } from "./view.js";
import { inTable } from "./table.js";
import { back, deselect, select, selectAll, toggle } from "./details.js";
import { boxed } from "./box.js";
import { apply, search, showFilters } from "./find.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */

/**
 * next returns the nearest node in the direction of an arrow. A distance to the side
 * counts twice.
 * @param {PageNode} from
 * @param {number[]} direction
 */
function next(from, [dx, dy]) {
  /** @type {PageNode | undefined} */
  let best;
  let least = Infinity;
  for (const node of nodes) {
    const along = (node.x - from.x) * dx + (node.y - from.y) * dy;
    const aside = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
    if (!node.shown || node === from || along <= 0.01) continue;
    const far = along + 2 * aside + (aside > along ? 1e6 : 0);
    if (far < least) [best, least] = [node, far];
  }
  return best;
}

/** @type {Object<string, number[]>} */
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The listeners are on the stage, because Tab stops at parts of an SVG with a listener
// for the focus.
stage.addEventListener("keydown", (event) => {
  const node = view.nodeAt(event);
  if (!node || event.altKey) return;
  const shown = nodes.filter((n) => n.shown);
  if (event.ctrlKey || event.metaKey) return allKey(event, shown);
  let to;
  if (event.key in arrows) to = next(node, arrows[event.key]);
  else if (event.key === "Home") to = shown[0];
  else if (event.key === "End") to = shown.at(-1);
  else if (event.shiftKey && event.key === " ") toggle(node);
  else if (event.key === "Enter" || event.key === " ") select(node, true);
  else return;
  event.preventDefault();
  if (!to) return;
  focusNode(to);
  if (event.shiftKey) selectAll([...selection, node, to]);
  else if (selected) select(to);
});

/**
 * allKey selects all nodes that are shown at Ctrl+A.
 * @param {KeyboardEvent} event
 * @param {PageNode[]} shown
 */
export function allKey(event, shown) {
  if (event.key !== "a" || event.shiftKey) return;
  event.preventDefault();
  selectAll(shown);
}

stage.addEventListener("focusin", (event) => {
  const node = view.nodeAt(event);
  if (!node) return;
  setCurrent(node);
  if (targetOf(event).matches(":focus-visible")) { view.ring(node); view.reveal(node); }
});
stage.addEventListener("focusout", () => view.ring());

stage.addEventListener("click", (event) => {
  if (dragged || boxed) return;
  const touched = /** @type {PointerEvent} */ (event).pointerType === "touch";
  const node = view.nodeAt(event) ?? (touched ? nearest(event) : undefined);
  const { shiftKey, ctrlKey, metaKey } = /** @type {MouseEvent} */ (event);
  const more = shiftKey || ctrlKey || metaKey;
  if (!node) return more ? undefined : deselect();
  setCurrent(node);
  if (more) toggle(node);
  else select(node);
});

const hasPopovers = CSS.supports("selector(:popover-open)");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (hasPopovers && document.querySelector(":popover-open")) return; // Escape closes it
  const typing = event.target === search;
  switch (event.key) {
    case "Escape":
      if (selected) back();
      else if (search.value) { search.value = ""; apply(); }
      else if (typing) search.blur();
      else if (innerWidth < 760 && !$("filters").hidden) { showFilters(false); $("show-filters").focus(); }
      else return;
      break;
    case "/":
      if (typing) return;
      search.focus();
      search.select();
      break;
    case "+": case "=": case "-": case "0":
      if (typing || inTable()) return;
      if (event.key === "0") view.fit(); else view.zoom(event.key === "-" ? 1 / 1.25 : 1.25);
      break;
    default:
      return;
  }
  event.preventDefault();
});
