// Paints tiles on a canvas: what a picture of elements would be too slow for.

import { dashes } from "./looks.js";
import { SvgPen } from "./svgpen.js";

/** @typedef {import("./svgpen.js").Pen} Pen */

/**
 * A Shape is a tile to paint.
 * @typedef {object} Shape
 * @property {number} x
 * @property {number} y
 * @property {number} w
 * @property {number} h
 * @property {import("./looks.js").Look} look
 * @property {number} share the filled part, from 0 to 1
 * @property {string} label "" for none
 * @property {string} detail
 * @property {number} alpha
 * @property {boolean} round a pill
 * @property {number} font the size of its name; 0 for a cell
 * @property {"" | "selected" | "new" | "lit"} accent
 */

/**
 * fitCanvas gives a canvas as many pixels as the screen has where it is.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width in CSS pixels
 * @param {number} height
 */
export function fitCanvas(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 3);
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  canvas.style.width = width + "px";
  canvas.style.height = height + "px";
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * paintTiles paints shapes. Those of one look are one path.
 * @param {Pen} context
 * @param {Iterable<Shape>} shapes
 * @param {(name: string) => string} colors
 */
export function paintTiles(context, shapes, colors) {
  /** @type {Map<number, Shape[]>} */
  const alike = new Map();
  for (const shape of shapes) {
    const key = (shape.look.id * 128 + Math.round(shape.alpha * 60)) * 2 + Number(shape.round);
    const same = alike.get(key);
    if (same) same.push(shape);
    else alike.set(key, [shape]);
  }
  for (const same of alike.values()) paintAlike(context, same, colors);
  context.globalAlpha = 1;
  for (const same of alike.values()) paintAccents(context, same, colors);
}

/**
 * paintAlike paints the shapes of one look.
 * @param {Pen} context
 * @param {Shape[]} shapes
 * @param {(name: string) => string} colors
 */
function paintAlike(context, shapes, colors) {
  const { look, alpha } = shapes[0];
  context.globalAlpha = alpha;
  context.fillStyle = colors(look.fill);
  context.strokeStyle = colors(look.stroke);
  context.lineWidth = look.strong ? 1.5 : 1;
  context.setLineDash(shapes[0].w > 12 ? dashes[look.line] : []);
  outlines(context, shapes, 0.5);
  context.fill();
  if (look.level) {
    context.fillStyle = colors(look.level);
    context.beginPath();
    for (const s of shapes) if (s.share > 0) context.rect(s.x + 1, s.y + 1, (s.w - 2) * s.share, s.h - 2);
    context.fill();
  }
  outlines(context, shapes, 0.5);
  context.stroke();
  context.setLineDash([]);
  paintWords(context, shapes, colors);
}

/**
 * outlines makes a path of the outlines of shapes, moved inwards.
 * @param {Pen} context
 * @param {Shape[]} shapes
 * @param {number} by
 */
function outlines(context, shapes, by) {
  context.beginPath();
  for (const s of shapes) {
    const radius = s.round ? s.h / 2 : s.h < 16 ? 0 : 3;
    if (radius) context.roundRect(s.x + by, s.y + by, s.w - 2 * by, s.h - 2 * by, radius);
    else context.rect(s.x + by, s.y + by, s.w - 2 * by, s.h - 2 * by);
  }
}

/**
 * paintWords paints the signs and the names of shapes of one look.
 * @param {Pen} context
 * @param {Shape[]} shapes
 * @param {(name: string) => string} colors
 */
function paintWords(context, shapes, colors) {
  const { look } = shapes[0];
  context.textBaseline = "middle";
  context.textAlign = "left";
  for (const s of shapes) {
    const { font } = s;
    if (font === 0 && (s.h < 11 || !look.mark)) continue;
    const sign = font ? font * 0.42 : s.h * 0.28;
    const name = s.label && { text: s.label, font, bold: look.strong };
    const lines = s.detail ? [s.y + s.h * 0.36, s.y + s.h * 0.7] : [s.y + s.h / 2];
    const room = s.w - 10;
    const width = name ? Math.min(measure(context, name.text, font, name.bold), room - (look.mark ? 2.6 * sign : 0)) : 0;
    const whole = width + (look.mark ? 2 * sign + (width ? 4 : 0) : 0);
    let x = s.x + (s.w - whole) / 2;
    context.fillStyle = context.strokeStyle = colors(look.text);
    if (look.mark) {
      paintMark(context, look.mark, x + sign, lines[0], sign);
      x += 2 * sign + 4;
    }
    if (name) writeText(context, name.text, x, lines[0], width, font, name.bold);
    if (s.detail) {
      const w = Math.min(measure(context, s.detail, font * 0.85, false), room);
      writeText(context, s.detail, s.x + (s.w - w) / 2, lines[1], w, font * 0.85, false);
    }
  }
}

/** @type {Map<string, Path2D>} */
const paths = new Map();

const pathOf = (/** @type {string} */ d) => {
  let path = paths.get(d);
  if (!path) paths.set(d, (path = new Path2D(d)));
  return path;
};

/**
 * paintMark paints a sign in a circle around a point.
 * @param {Pen} context
 * @param {import("./looks.js").Mark} mark
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
function paintMark(context, mark, x, y, r) {
  context.save();
  context.translate(x, y);
  context.scale(r, r);
  context.lineWidth = 0.3;
  context.lineCap = "round";
  if (context instanceof SvgPen) {
    if (mark.strokes) context.stroke(mark.strokes);
    if (mark.filled) context.fill(mark.filled);
  } else {
    if (mark.strokes) context.stroke(pathOf(mark.strokes));
    if (mark.filled) context.fill(pathOf(mark.filled));
  }
  context.restore();
}

export const family = 'system-ui, "Liberation Sans", "Helvetica Neue", Arial, sans-serif';

const fontOf = (/** @type {number} */ font, /** @type {boolean} */ bold) => `${bold ? "bold " : ""}${font}px ${family}`;

/** @type {Map<string, number>} */
const widths = new Map();

/**
 * measure returns the width of a text.
 * @param {Pen} context
 * @param {string} text
 * @param {number} font its size
 * @param {boolean} bold
 */
export function measure(context, text, font, bold) {
  const key = (bold ? "b" : "") + text;
  let width = widths.get(key);
  if (width === undefined) {
    context.font = fontOf(100, bold);
    if (widths.size > 50000) widths.clear();
    widths.set(key, (width = context.measureText(text).width / 100));
  }
  return width * font;
}

/**
 * shorten returns a text with its end left out, so that it has room.
 * @param {Pen} context
 * @param {string} text
 * @param {number} room
 * @param {number} font
 * @param {boolean} bold
 */
export function shorten(context, text, room, font, bold) {
  const whole = measure(context, text, font, bold);
  if (whole <= room + 0.5) return text;
  const letters = [...text];
  let n = Math.max(1, Math.floor((letters.length * room) / whole) - 1);
  while (n > 1 && measure(context, letters.slice(0, n).join("") + "…", font, bold) > room) n--;
  return letters.slice(0, n).join("") + "…";
}

/**
 * writeText writes a text, shortened where it has no room.
 * @param {Pen} context
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {number} room
 * @param {number} font
 * @param {boolean} bold
 */
function writeText(context, text, x, y, room, font, bold) {
  const shown = shorten(context, text, room, font, bold);
  context.font = fontOf(font, bold);
  context.fillText(shown, x, y + 0.5);
}

/**
 * paintAccents paints an outline around what is selected, new, or joined to what is selected.
 * @param {Pen} context
 * @param {Shape[]} shapes
 * @param {(name: string) => string} colors
 */
function paintAccents(context, shapes, colors) {
  for (const s of shapes) {
    if (!s.accent) continue;
    context.strokeStyle = colors(s.accent === "selected" ? "ink" : "accent");
    context.lineWidth = s.accent === "lit" ? 1.5 : 2.5;
    context.beginPath();
    const by = s.accent === "lit" ? 0 : -1.5;
    context.roundRect(s.x + by, s.y + by, s.w - 2 * by, s.h - 2 * by, s.round ? s.h / 2 + 2 : 4);
    context.stroke();
  }
}
