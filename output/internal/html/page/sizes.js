// The sizes that tiles can have: cells without names, names, names with a second line.

import { place } from "./place.js";

/** @typedef {import("./place.js").Size} Size */

const cells = [9, 11, 13, 16, 20, 25];
const fonts = [11, 12, 13, 14, 16, 19, 23];

/**
 * sizesOf returns the sizes from the smallest to the largest.
 * @param {number} label the width of the longest name, at a font of 1 pixel
 * @param {number} detail that of the longest second line
 * @param {boolean} marks names have signs
 * @returns {Size[]}
 */
export function sizesOf(label, detail, marks) {
  /** @type {Size[]} */
  const all = cells.map((side) => ({ w: side, h: side, gap: side < 12 ? 2 : 3, font: 0, details: false }));
  for (const font of fonts) {
    const name = Math.ceil(label * font + 10 + font * (marks ? 1.3 : 0.5));
    if (font < 14 || detail === 0) all.push({ w: name, h: Math.round(font * 1.9), gap: 4, font, details: false });
    else all.push({ w: Math.max(name, Math.ceil(detail * font * 0.85 + 12)), h: Math.round(font * 3.1), gap: 6, font, details: true });
  }
  return all;
}

/**
 * bestSize returns the index of the size that shows most: names, if no more than a few
 * windows are full of them; else the largest cells that one window has room for.
 * @param {Parameters<typeof place<any>>[0]} groups
 * @param {Size[]} sizes
 * @param {number} width
 * @param {number} height
 * @param {(hub: any) => number} hubWidth
 */
export function bestSize(groups, sizes, width, height, hubWidth) {
  const first = sizes.findIndex((size) => size.font > 0);
  const count = groups.trays.reduce((sum, tray) => sum + tray.items.length, 0);
  const heightAt = (/** @type {number} */ i) => place(groups, sizes[i], width, hubWidth).height;
  const usual = sizes.findIndex((size) => size.font === 14);
  for (let i = usual; i >= first; i--) if (sizes[i].w <= width && mayFit(sizes[i], count, width, height) && heightAt(i) <= height) return i;
  for (let i = first + 1; i >= first; i--) if (count <= 400 && heightAt(i) <= height * 4) return i;
  for (let i = first - 1; i > 1; i--) if (mayFit(sizes[i], count, width, height) && heightAt(i) <= height) return i;
  return 1;
}

/** mayFit reports whether the tiles alone leave room in a window. */
const mayFit = (/** @type {Size} */ size, /** @type {number} */ count, /** @type {number} */ width, /** @type {number} */ height) =>
  count * (size.w + size.gap) * (size.h + size.gap) <= width * height;
