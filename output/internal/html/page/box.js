// A box that is dragged over the stage with Shift, and selects the nodes in it.

import { make } from "./dom.js";
import { nodes, stage } from "./nodes.js";
import { selection, view } from "./view.js";
import { selectAll } from "./details.js";

const frame = make("div", { className: "box", hidden: true });

/** @type {{x: number, y: number} | undefined} */
let corner;

/** Whether the last press dragged a box, so that it was no click. */
export let boxed = false;

/** @param {PointerEvent} event */
function placeOf(event) {
  const { left, top } = stage.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

/**
 * boxTo returns the box between the corner and the place of an event, in pixels of the stage.
 * @param {PointerEvent} event
 */
function boxTo(event) {
  const to = placeOf(event);
  const from = corner ?? to;
  return { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) };
}

stage.addEventListener("pointerdown", (event) => {
  boxed = false;
  corner = event.button === 0 && event.shiftKey ? placeOf(event) : undefined;
  if (corner) event.preventDefault(); // or it would select text
});

stage.addEventListener("pointermove", (event) => {
  if (!corner) return;
  const box = boxTo(event);
  if (!boxed && Math.hypot(box.w, box.h) < 4) return;
  boxed = true;
  stage.setPointerCapture(event.pointerId);
  if (!frame.isConnected) stage.after(frame);
  frame.hidden = false;
  Object.assign(frame.style, { left: box.x + "px", top: box.y + "px", width: box.w + "px", height: box.h + "px" });
});

stage.addEventListener("pointerup", (event) => {
  frame.hidden = true;
  if (!corner || !boxed) return;
  const box = boxTo(event);
  corner = undefined;
  const inside = nodes.filter((node) => {
    if (!node.shown) return false;
    const { x, y } = view.screen(node);
    return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
  });
  if (inside.length > 0) selectAll([...selection, ...inside]);
});

stage.addEventListener("pointercancel", () => {
  frame.hidden = true;
  corner = undefined;
});
