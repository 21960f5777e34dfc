// Sums over nodes: what they have, and what of it is free.

import { amount, plural } from "./words.js";

/** @typedef {import("./data.js").Facts} Facts */

/** @typedef {{cpu: number, memory: number, disk: number, gpu: number}} Sum */

/**
 * Sums are the capacity of nodes, what is free and used on those that take jobs and report
 * it, and the numbers of executions. Which nodes these are, the document says, so that the
 * page counts those that pictures, charts and lists count.
 * @typedef {object} Sums
 * @property {Sum} all
 * @property {Sum} free
 * @property {Sum} used
 * @property {number} having the number of nodes with a capacity
 * @property {number} reporting the number of nodes that take jobs and report what is free
 * @property {number} running
 * @property {number} waiting
 */

/** @type {(keyof Sum)[]} */
const summed = ["cpu", "memory", "disk", "gpu"];

/**
 * sumsOf returns the sums over nodes. What is not known counts as nothing.
 * @param {Iterable<Facts>} nodes
 * @returns {Sums}
 */
export function sumsOf(nodes) {
  const zero = () => ({ cpu: 0, memory: 0, disk: 0, gpu: 0 });
  const sums = { all: zero(), free: zero(), used: zero(), having: 0, reporting: 0, running: 0, waiting: 0 };
  for (const node of nodes) {
    if (node.job || node.kept) continue;
    if (node.cpu !== undefined || node.memory !== undefined) sums.having += node.members ?? 1;
    for (const of of summed) sums.all[of] += node[of] ?? 0;
    sums.running += node.running ?? 0;
    sums.waiting += node.waiting ?? 0;
    if (!node.offers) continue; // what is free there takes no job
    sums.reporting += node.offers;
    for (const of of summed) {
      sums.free[of] += node.free?.[of] ?? 0;
      sums.used[of] += node.used?.[of] ?? 0;
    }
  }
  return sums;
}

/**
 * sumWords returns sums for people: "1,480 of 2,000 cores, 3 of 8 TiB memory, 12 of 16 GPUs
 * free; 30 executions run". It is "" if nothing is known.
 * @param {Sums} sums
 */
export function sumWords(sums) {
  const { all, free, used, having, reporting } = sums;
  /** @type {[keyof Sum, string][]} */
  const parts = [["cpu", ""], ["memory", " memory"], ["gpu", ""]];
  if (reporting === 0) {
    return parts.flatMap(([of, words]) => all[of] ? [amount(of, all[of]) + words] : []).join(", ");
  }
  const words = parts.flatMap(([of, words]) => {
    const whole = free[of] + used[of];
    return whole ? [shareWords(amount(of, free[of]), amount(of, whole)) + words] : [];
  });
  if (words.length === 0) return "";
  const on = reporting < having ? ` on ${reporting.toLocaleString("en")} of ${plural(having, "node")}` : "";
  const run = sums.running ? `; ${plural(sums.running, "execution")} running` : "";
  const wait = sums.waiting ? `${run ? ", " : "; "}${sums.waiting.toLocaleString("en")} waiting` : "";
  return words.join(", ") + " free" + on + run + wait;
}

/**
 * shareWords returns "3 of 8 TiB", or "512 GiB of 8 TiB" if the units differ.
 * @param {string} part
 * @param {string} whole
 */
function shareWords(part, whole) {
  const [number, unit] = part.split(" ");
  const other = whole.split(" ")[1];
  return `${unit === other || unit?.replace(/s$/, "") === other?.replace(/s$/, "") ? number : part} of ${whole}`;
}
