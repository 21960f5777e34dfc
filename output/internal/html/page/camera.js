// The camera of pictures that pan and zoom: the place and the magnification of the picture
// on the stage.

import { stage } from "./nodes.js";
import { clear } from "./view.js";

/**
 * A Camera has the magnification k and the place of the picture's origin. Content is the
 * bounds of the picture at k = 1.
 * @typedef {object} Camera
 * @property {number} k
 * @property {number} x
 * @property {number} y
 * @property {boolean} fitted it shows the whole picture
 * @property {number} most the largest k
 * @property {{x: number, y: number, w: number, h: number}} content
 * @property {(smooth: boolean) => void} moved is called after each move
 */

/**
 * moveCamera sets the view. Part of the content always stays on the stage.
 * @param {Camera} c
 * @param {number} k
 * @param {number} x
 * @param {number} y
 */
export function moveCamera(c, k, x, y, smooth = false) {
  const { clientWidth: width, clientHeight: height } = stage;
  const { content } = c;
  const margin = Math.min(120, content.w * k, content.h * k);
  c.k = k;
  c.x = Math.min(width - margin - content.x * k, Math.max(margin - (content.x + content.w) * k, x));
  c.y = Math.min(height - margin - content.y * k, Math.max(margin - (content.y + content.h) * k, y));
  c.moved(smooth);
}

/**
 * fitting returns the k, x and y that show all of the content.
 * @param {Camera} c
 * @returns {[number, number, number]}
 */
function fitting({ content, most }) {
  const { clientWidth: width, clientHeight: height } = stage;
  const k = Math.min((width - 32) / content.w, (height - 96) / content.h, (most * 2.2) / 40);
  return [k, width / 2 - (content.x + content.w / 2) * k, (height - 24) / 2 - (content.y + content.h / 2) * k];
}

/** @param {Camera} c */
export function fitCamera(c, smooth = false) {
  if (!stage.clientWidth) return;
  moveCamera(c, ...fitting(c), smooth);
  c.fitted = true;
}

/**
 * zoomCamera magnifies by a factor around a place of the stage.
 * @param {Camera} c
 * @param {number} factor
 */
export function zoomCamera(c, factor, cx = stage.clientWidth / 2, cy = stage.clientHeight / 2) {
  const k = Math.min(Math.max(c.k * factor, fitting(c)[0] / 2), c.most);
  c.fitted = false;
  moveCamera(c, k, cx - ((cx - c.x) * k) / c.k, cy - ((cy - c.y) * k) / c.k);
}

/**
 * centreCamera moves a place of the picture to the middle, and magnifies it if it is small.
 * @param {Camera} c
 * @param {{x: number, y: number, h: number}} box at k = 1
 */
export function centreCamera(c, { x, y, h }) {
  const { width, height } = clear();
  const k = Math.min(Math.max(c.k, 22 / h), c.most);
  c.fitted = false;
  moveCamera(c, k, width / 2 - x * k, height / 2 - y * k, true);
}

/**
 * revealCamera moves the view by as little as makes a box visible.
 * @param {Camera} c
 * @param {{x: number, y: number, w: number, h: number}} box its middle and its size on the stage
 */
export function revealCamera(c, { x, y, w, h }) {
  const { width, height } = clear();
  const margin = { x: w / 2 + 16, y: h / 2 + 16 };
  const dx = Math.min(Math.max(x, margin.x), width - margin.x) - x;
  const dy = Math.min(Math.max(y, margin.y), height - margin.y) - y;
  if (!dx && !dy) return;
  c.fitted = false;
  moveCamera(c, c.k, c.x + dx, c.y + dy, true);
}
