// Words for people.

/** @typedef {import("./data.js").Facts} Facts */

/**
 * plural returns a number with a noun.
 * @param {number} n
 * @param {string} noun
 */
export const plural = (n, noun) => n.toLocaleString("en") + " " + noun + (n === 1 ? "" : "s");

/**
 * stateWords returns the state and, unless it is the usual one, the membership of a node.
 * @param {Facts} node
 */
export const stateWords = ({ state, membership }) => [state, membership === "approved" ? "" : membership].filter(Boolean).join(", ");

/**
 * amount returns an amount with three significant digits and its unit: cores for cpu,
 * bytes for memory and disk, and plain numbers of GPUs.
 * @param {string} of
 * @param {number} x
 */
export function amount(of, x) {
  let unit = "";
  if (of === "cpu") unit = x === 1 ? " core" : " cores";
  if (of === "gpu") unit = x === 1 ? " GPU" : " GPUs";
  if (of === "memory" || of === "disk") {
    const units = [" B", " KiB", " MiB", " GiB", " TiB", " PiB"];
    for (; x >= 1024 && units.length > 1; units.shift()) x /= 1024;
    unit = units[0];
  }
  return Number(x < 1000 ? x.toPrecision(3) : x.toFixed()).toLocaleString("en") + unit;
}
