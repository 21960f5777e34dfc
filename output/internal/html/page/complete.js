// What may follow in a search: keys, and the values of a key.

import { fieldNamed, fieldOf, fields } from "./fields.js";

/** @typedef {import("./data.js").Facts} Facts */

const mostCompletions = 12;

/**
 * complete returns searches that begin with a text, each with one more key or value.
 * @param {string} text
 * @param {string[]} keys of labels
 * @param {Facts[]} nodes
 */
export function complete(text, keys, nodes) {
  const [, head, last] = /** @type {RegExpExecArray} */ (/^((?:.*[\s|])?[!-]?)(.*)$/s.exec(text));
  if (last === "" || last.includes('"')) return [];
  const [, key, op, value] = /^([^:=<>!]+)([:=])(.*)$/.exec(last) ?? [];
  const found = key ? valuesOf(key, keys, nodes, value.toLowerCase()).map((v) => key + op + quoted(v)) : keysFor(last.toLowerCase(), keys);
  return found.filter((end) => end !== last).slice(0, mostCompletions).map((end) => head + end);
}

/**
 * keysFor returns the keys that begin with a word, each with the operator that suits it.
 * @param {string} word
 * @param {string[]} keys
 */
function keysFor(word, keys) {
  const begins = (/** @type {string} */ key) => key.toLowerCase().startsWith(word);
  const names = fields.filter((f) => begins(f.name)).map((f) => f.name + (f.number ? ">" : ":"));
  return [...keys.filter(begins).map((key) => quoted(key) + ":"), ...names];
}

/**
 * valuesOf returns the values of a key that begin with a word, sorted.
 * @param {string} key
 * @param {string[]} keys
 * @param {Facts[]} nodes
 * @param {string} word
 */
function valuesOf(key, keys, nodes, word) {
  if (fieldNamed(key)?.number) return [];
  const own = keys.find((k) => k.toLowerCase() === key.toLowerCase()) ?? key;
  /** @type {Set<string>} */
  const values = new Set();
  for (const node of nodes) {
    const value = fieldOf(node, own);
    if (value && value.toLowerCase().startsWith(word)) values.add(value);
    if (values.size > 1000) break; // an ID, say
  }
  return [...values].sort();
}

/** @param {string} text */
const quoted = (text) => /[\s|!:=<>]/.test(text) || /^-/.test(text) ? `"${text}"` : text;
