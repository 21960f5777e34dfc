// The language of the search box: words and conditions such as region:eu, cpu>32, !connected.
// Any text is a search; what cannot be understood is said in a hint. Upper and lower case
// are the same.

import { fieldNamed, fields, textsOf } from "./fields.js";
import { readTerms } from "./terms.js";
import { compareVersions, nearestName, readAmount } from "./values.js";
import { stateWords } from "./words.js";

/** @typedef {import("./data.js").Facts & {words?: string}} Searched with all texts that a search looks at, once it has */
/** @typedef {import("./fields.js").Field} Field */
/** @typedef {import("./terms.js").Alternative} Alternative */
/** @typedef {(node: Searched) => boolean} Test */

/**
 * A Query finds nodes. Its hints say what of the search was not understood.
 * @typedef {{matches: Test, hints: string[]}} Query
 */

/**
 * readQuery returns the query of a search. Keys are those of labels. With nodes, a hint says of a
 * value that none of them has that it is part of one.
 * @param {string} text
 * @param {Iterable<string>} keys
 * @param {Searched[]} [nodes]
 * @returns {Query}
 */
export function readQuery(text, keys, nodes = []) {
  /** @type {string[]} */
  const hints = [];
  const labels = keysByCase(keys);
  const { terms, closed } = readTerms(text);
  if (!closed) hints.push("a quote is not closed");
  /** @type {Test[]} */
  const tests = [];
  for (const term of terms) {
    const alternatives = term.alternatives.flatMap((alternative) => {
      const test = testOf(alternative, labels, hints);
      if (test && isPart(alternative, test, labels, nodes)) {
        const value = /[\s|"]/.test(alternative.value) ? `"${alternative.value}"` : alternative.value;
        hints.push(`no node has ${alternative.key}=${value}, but ${alternative.key}:${value} finds part of a value`);
      }
      return test ?? [];
    });
    if (term.alternatives.length === 0) hints.push(`after ${term.text} a word is missing`);
    if (alternatives.length > 0) tests.push((node) => alternatives.some((alternative) => alternative(node)) !== term.not);
  }
  return { matches: (node) => tests.every((test) => test(node)), hints };
}

/**
 * isPart reports whether no node meets a condition with =, and some would with a colon.
 * @param {Alternative} alternative
 * @param {Test} test of it
 * @param {Map<string, string[]>} labels
 * @param {Searched[]} nodes
 */
function isPart(alternative, test, labels, nodes) {
  if (alternative.op !== "=" || alternative.value === "" || alternative.not || nodes.some(test)) return false;
  const part = testOf({ ...alternative, op: ":" }, labels, []);
  return part !== undefined && nodes.some(part);
}

/**
 * keysByCase returns the keys of labels by what they are in lower case.
 * @param {Iterable<string>} keys
 */
function keysByCase(keys) {
  /** @type {Map<string, string[]>} */
  const all = new Map();
  for (const key of keys) {
    const own = all.get(key.toLowerCase());
    if (own) own.push(key);
    else all.set(key.toLowerCase(), [key]);
  }
  return all;
}

/**
 * testOf returns the test of an alternative, or undefined if there is none.
 * @param {Alternative} alternative
 * @param {Map<string, string[]>} labels
 * @param {string[]} hints
 * @returns {Test | undefined}
 */
function testOf(alternative, labels, hints) {
  const test = alternative.op ? conditionOf(alternative, labels, hints) : wordTest(alternative.text.toLowerCase());
  return test && alternative.not ? (node) => !test(node) : test;
}

/**
 * wordTest finds a word in any text of a node. States must begin with it, because
 * "disconnected" contains "connected".
 * @param {string} word
 * @returns {Test}
 */
function wordTest(word) {
  return (node) => searched(node).includes(word) || stateWords(node).toLowerCase().split(/[ ,]+/).some((state) => state.startsWith(word));
}

/**
 * searched returns all texts of a node but its state, in lower case.
 * @param {Searched} node
 */
function searched(node) {
  const labels = () => Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
  return node.words ??= [node.label, node.id, node.role, node.version, node.engines.join(", "), ...node.changes, node.groupPath.join(" / "), ...labels()]
    .join("\n").toLowerCase();
}

/**
 * conditionOf returns the test of a condition. A key that no field or label has makes a word
 * of it, such as http://10.0.0.1.
 * @param {Alternative} alternative
 * @param {Map<string, string[]>} labels
 * @param {string[]} hints
 * @returns {Test | undefined}
 */
function conditionOf(alternative, labels, hints) {
  const { key, op, value } = alternative;
  const field = fieldNamed(key);
  const own = key.startsWith("@") ? [] : labels.get(key.toLowerCase()) ?? [];
  if (!field && own.length === 0) {
    const near = nearestName(key.toLowerCase(), [...fields.map((f) => f.name), ...labels.keys()]);
    hints.push(`no node has a label or field ${key}${near ? ` (perhaps ${near}?)` : ""}: ${alternative.text} is searched as text`);
    return wordTest(alternative.text.toLowerCase());
  }
  const tests = [field && fieldTest(field, alternative, hints), own.length > 0 && labelTest(own, op, value, field ? [] : hints, alternative)];
  const found = /** @type {Test[]} */ (tests.filter(Boolean));
  return found.length ? (node) => found.some((test) => test(node)) : undefined;
}

const kindWords = { text: "text", count: "number", cores: "number of cores", bytes: "amount such as 64GiB" };

/**
 * fieldTest returns the test of a condition on a field.
 * @param {Field} field
 * @param {Alternative} alternative
 * @param {string[]} hints
 * @returns {Test | undefined}
 */
function fieldTest(field, alternative, hints) {
  const { op, value } = alternative;
  const { number, whole } = field;
  if (!number) return textTest((node) => textsOf(node, field), op, value, hints, alternative, field.begins);
  if (value === "" && (op === ":" || op === "=")) return (node) => number(node) !== undefined;
  const wanted = readAmount(value, field.kind);
  if (!wanted || wanted.share && !whole) {
    hints.push(value === "" ? `after ${alternative.text} a number is missing`
      : `${alternative.text} is left out: ${wanted ? `${field.name} is no share of anything` : `${value} is no ${kindWords[field.kind]}`}`);
    return undefined;
  }
  if (field.kind === "bytes" && wanted.plain && wanted.x > 0) hints.push(`${value} means ${value} bytes; write ${value}GiB for gibibytes`);
  const compare = comparison(op);
  return (node) => {
    const has = number(node);
    const all = wanted.share ? whole?.(node) : 1;
    if (has === undefined || all === undefined) return op === "!=";
    return compare(has - (wanted.share ? all / 100 : 1) * wanted.x);
  };
}

/**
 * labelTest returns the test of a condition on labels.
 * @param {string[]} keys
 * @param {string} op
 * @param {string} value
 * @param {string[]} hints
 * @param {Alternative} alternative
 */
function labelTest(keys, op, value, hints, alternative) {
  return textTest((node) => keys.flatMap((key) => node.labels[key] ?? []), op, value, hints, alternative);
}

/**
 * textTest returns the test of a condition on texts. Without a value it finds nodes that have
 * any text. Greater and less compare numbers, or versions.
 * @param {(node: Searched) => string[]} texts
 * @param {string} op
 * @param {string} value
 * @param {string[]} hints
 * @param {Alternative} alternative
 * @param {boolean} [begins]
 * @returns {Test | undefined}
 */
function textTest(texts, op, value, hints, alternative, begins) {
  const wanted = value.toLowerCase();
  const any = (/** @type {(text: string) => boolean} */ test) => (/** @type {Searched} */ node) => texts(node).some((text) => test(text.toLowerCase()));
  if (wanted === "" && !alternative.quoted && (op === ":" || op === "=")) return (node) => texts(node).length > 0;
  if (op === "=") return any((text) => text === wanted);
  if (op === "!=") return (node) => !any((text) => text === wanted)(node);
  if (op === ":") return begins ? any((text) => text.split(" ").some((_, i, words) => words.slice(i).join(" ").startsWith(wanted))) : any((text) => text.includes(wanted));
  if (!/^v?\d/.test(wanted)) {
    hints.push(wanted === "" ? `after ${alternative.text} a number is missing` : `${alternative.text} is left out: ${value} is neither a number nor a version`);
    return undefined;
  }
  const compare = comparison(op);
  return any((text) => /^v?\d/.test(text) && compare(compareVersions(text, wanted)));
}

/**
 * comparison returns what an operator asks of a difference.
 * @param {string} op
 * @returns {(difference: number) => boolean}
 */
function comparison(op) {
  switch (op) {
    case ">": return (d) => d > 0;
    case ">=": return (d) => d >= 0;
    case "<": return (d) => d < 0;
    case "<=": return (d) => d <= 0;
    case "!=": return (d) => d !== 0;
    default: return (d) => d === 0;
  }
}
