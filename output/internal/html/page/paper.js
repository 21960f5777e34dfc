// The whole sheet of tiles, painted for a file: what is seen, and what scrolls.

import { data } from "./nodes.js";
import { family, paintTiles, shorten } from "./canvas.js";
import { tintOf } from "./looks.js";
import { wordsOf } from "./heads.js";
import { SvgPen } from "./svgpen.js";

/** @typedef {import("./nodes.js").PageNode & import("./groups.js").Item} Item */
/** @typedef {import("./place.js").Plate<Item>} Plate */

const paperMargin = 12;

/**
 * A Sheet is what a view shows, to paint with any pen.
 * @typedef {{width: number, height: number, paint: (pen: import("./svgpen.js").Pen) => void}} Sheet
 */

/**
 * paper returns the sheet of a plan and its tiles.
 * @param {import("./place.js").Plan<any>} plan
 * @param {Iterable<import("./canvas.js").Shape>} tiles
 * @param {(name: string) => string} colors
 * @returns {Sheet}
 */
export function paper(plan, tiles, colors) {
  const [width, height] = [plan.width + 2 * paperMargin, plan.height + 2 * paperMargin];
  return {
    width, height, paint: (pen) => {
      pen.fillStyle = colors("page");
      pen.beginPath();
      pen.rect(0, 0, width, height);
      pen.fill();
      pen.save();
      pen.translate(paperMargin, paperMargin);
      paintRails(pen, plan.rails.filter(({ plate }) => plate.block.items.some((item) => item.shown !== false)), colors);
      for (const plate of plan.plates) paintPlate(pen, plate, colors);
      paintTiles(pen, tiles, colors);
      pen.restore();
    },
  };
}

/**
 * @param {import("./svgpen.js").Pen} pen
 * @param {{d: string}[]} rails
 * @param {(name: string) => string} colors
 */
function paintRails(pen, rails, colors) {
  pen.strokeStyle = colors("edge");
  pen.lineWidth = 3;
  for (const { d } of rails) {
    if (pen instanceof SvgPen) pen.stroke(d);
    else pen.stroke(new Path2D(d));
  }
}

/**
 * paintPlate paints a tray or a block, and its heading.
 * @param {import("./svgpen.js").Pen} pen
 * @param {Plate} plate
 * @param {(name: string) => string} colors
 */
function paintPlate(pen, plate, colors) {
  const { block, x, y, w, h } = plate;
  const outer = block.level === 0;
  if (outer) {
    const [ground, edge] = tintOf(data.looks, block.order);
    pen.fillStyle = colors(block.kind === "detached" ? "page" : ground);
    pen.strokeStyle = colors(edge);
    pen.lineWidth = 1;
    pen.beginPath();
    pen.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, 10);
    pen.fill();
    pen.stroke();
  }
  if (plate.head === 0) return;
  const [own, detail] = wordsOf(block);
  const name = [...(outer ? block.hubs.map((hub) => hub.label) : []), own].filter(Boolean).join(" ");
  const font = outer ? 14 : 12;
  const inset = outer ? 10 : 0;
  const middle = y + plate.head / 2;
  pen.textBaseline = "middle";
  const room = w - 2 * inset;
  const shown = shorten(pen, name, room, font, outer);
  pen.fillStyle = colors("ink");
  writeOn(pen, shown, x + inset, middle, font, outer);
  const used = pen.measureText(shown).width + 12;
  if (used + 20 > room) return;
  pen.fillStyle = colors("soft");
  const rest = shorten(pen, detail, room - used, 12, false);
  pen.textAlign = outer ? "right" : "left";
  writeOn(pen, rest, outer ? x + w - inset : x + used, middle, 12, false);
  pen.textAlign = "left";
}

/**
 * @param {import("./svgpen.js").Pen} pen
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} font
 * @param {boolean} bold
 */
function writeOn(pen, text, x, y, font, bold) {
  pen.font = `${bold ? "bold " : ""}${font}px ${family}`;
  pen.fillText(text, x, y);
}
