// The looks of nodes: which colours, outlines and signs they have. Colours are the custom
// properties of the page, so they follow its theme.

/**
 * A Look is the colours of a tile by the names of their custom properties, and its sign.
 * Tiles that look alike share one.
 * @typedef {object} Look
 * @property {number} id
 * @property {string} css the name of its class
 * @property {string} fill
 * @property {string} stroke
 * @property {string} text
 * @property {string} level of the part that is filled; "" if the tile is not filled
 * @property {string} line "", "dashed" or "dotted"
 * @property {Mark | null} mark
 * @property {boolean} strong its name is bold
 */

/** @typedef {{strokes?: string, filled?: string}} Mark */

/**
 * Looks is what the page's document says about colours and signs, by the indexes of classes.
 * @typedef {{css: string[], lines: string[], ranks: number[], marks: (Mark | null)[], shapes: Mark[],
 *   values: number, amounts: number, tints: number, tones?: string[]}} Looks
 */

/**
 * A Shown is what the look of a node depends on.
 * @typedef {object} Shown
 * @property {number} kind the index of its class
 * @property {boolean} hub
 * @property {number} share in use, from 0 to 1; -1 if it is not known
 * @property {string} tone the name of the colour that it has by a field; "" for that of its class
 * @property {string} [line] of its outline, if that is not the one of its class
 */

/** @type {Map<string, Look>} */
const looks = new Map();

/**
 * lookOf returns the look of a node.
 * @param {Looks} from
 * @param {Shown} node
 * @param {"fill" | "cell" | "plain"} use whether the share in use is a filled part, a colour, or not shown
 * @returns {Look}
 */
export function lookOf(from, node, use) {
  const { kind, tone, share } = node;
  const css = from.css[kind];
  const usual = css === "compute" || css === "group";
  const amount = use === "cell" && usual && share >= 0 ? Math.round(share * (from.amounts - 1)) : -1;
  const filled = use === "fill" && usual && share >= 0 && tone === "";
  const open = use === "fill" && usual && share < 0 && tone === "";
  const line = node.line ?? from.lines[kind];
  const key = `${kind} ${tone} ${amount} ${filled} ${open} ${node.hub} ${line}`;
  let look = looks.get(key);
  if (!look) {
    const name = tone !== "" ? tone : amount >= 0 ? "a" + amount : "k" + kind;
    look = {
      id: looks.size, css, fill: open ? "page" : filled ? name + "e" : name, stroke: name + "s", text: open ? "ink" : filled ? name + "x" : name + "t",
      level: filled ? name + "l" : "", line, mark: from.marks[kind], strong: node.hub,
    };
    looks.set(key, look);
  }
  return look;
}

/**
 * readColors returns the values of the page's custom properties by name.
 * @returns {(name: string) => string}
 */
export function readColors() {
  const style = getComputedStyle(document.documentElement);
  /** @type {Map<string, string>} */
  const values = new Map();
  return (name) => {
    let value = values.get(name);
    if (value === undefined) values.set(name, (value = style.getPropertyValue("--" + name).trim()));
    return value;
  };
}

/** dashes are the patterns of outlines, in CSS pixels. */
export const dashes = /** @type {Object<string, number[]>} */ ({ "": [], dashed: [3, 2], dotted: [1, 2] });

/** tintOf returns the names of the colours of a tray: its ground and its outline. */
export function tintOf(/** @type {Looks} */ from, /** @type {number} */ order) {
  if (order < 0 || from.tints === 0) return ["area", "areas"];
  const name = "g" + (order % from.tints);
  return [name, name + "s"];
}
