// The text of a search, taken apart.

/**
 * A Term is true for a node if one of its alternatives is, or with not, if none is.
 * @typedef {{not: boolean, alternatives: Alternative[], text: string}} Term
 */

/**
 * An Alternative is a text, or a condition: a key, an operator and a value. A value in quotes may
 * be empty.
 * @typedef {{key: string, op: string, value: string, not: boolean, quoted: boolean, text: string}} Alternative
 */

/**
 * A Mark is a character, and whether it was in quotes.
 * @typedef {{c: string, quoted: boolean}} Mark
 */

const operators = ["!=", ">=", "<=", ">", "<", "=", ":"];

/**
 * readTerms returns the terms of a search, and whether its last quote is closed. Terms are
 * separated by spaces, alternatives by |, which may have spaces around it.
 * @param {string} text
 */
export function readTerms(text) {
  const { words, closed } = splitWords(text);
  /** @type {Term[]} */
  const terms = [];
  for (const marks of words) {
    const { not, rest } = negation(marks);
    const text = textOf(marks);
    /** @type {Alternative[]} */
    const alternatives = [];
    for (const part of alternativesOf(rest)) {
      const alternative = readAlternative(part, alternatives[alternatives.length - 1]);
      if (alternative) alternatives.push(alternative);
    }
    terms.push({ not, alternatives, text });
  }
  return { terms, closed };
}

/** @param {Mark[]} marks */
const textOf = (marks) => marks.map((m) => m.c).join("");

/**
 * splitWords splits a search at spaces that are neither in quotes nor beside a |.
 * @param {string} text
 */
function splitWords(text) {
  /** @type {Mark[][]} */
  const words = [];
  /** @type {Mark[] | undefined} */
  let word;
  let quoted = false;
  for (const c of text) {
    if (!quoted && /\s/.test(c)) {
      word = undefined;
      continue;
    }
    const last = words[words.length - 1];
    if (!word && last && (isBar(last[last.length - 1]) || !quoted && c === "|")) word = last;
    if (!word) words.push(word = []);
    if (c === '"') quoted = !quoted;
    word.push({ c: c === '"' ? "" : c, quoted: quoted || c === '"' });
  }
  return { words, closed: !quoted };
}

/** @param {Mark} mark */
const isBar = (mark) => mark.c === "|" && !mark.quoted;

/**
 * negation takes ! and - from the beginning of a term.
 * @param {Mark[]} marks
 */
function negation(marks) {
  let not = false;
  let from = 0;
  while (from < marks.length && !marks[from].quoted && (marks[from].c === "!" || marks[from].c === "-" && from === 0)) {
    not = !not;
    from++;
  }
  return { not, rest: marks.slice(from) };
}

/**
 * alternativesOf splits a term at each | that is not in quotes.
 * @param {Mark[]} marks
 */
function alternativesOf(marks) {
  /** @type {Mark[][]} */
  const all = [[]];
  for (const mark of marks) {
    if (isBar(mark)) all.push([]);
    else all[all.length - 1].push(mark);
  }
  return all.filter((part) => part.length > 0);
}

/**
 * readAlternative reads an alternative. One without a key has that of the alternative before it: in
 * region:eu|us, us is a region.
 * @param {Mark[]} marks
 * @param {Alternative} [before]
 * @returns {Alternative | undefined}
 */
function readAlternative(marks, before) {
  const { not, rest } = before ? negation(marks) : { not: false, rest: marks };
  if (rest.length === 0) return undefined;
  const quoted = rest.some((m) => m.quoted);
  const at = rest.findIndex((_, i) => i > 0 && operatorAt(rest, i) !== "");
  if (at < 0) return { key: before?.key ?? "", op: before?.op ?? "", value: textOf(rest), not, quoted, text: textOf(rest) };
  const op = operatorAt(rest, at);
  return { key: textOf(rest.slice(0, at)), op, value: textOf(rest.slice(at + op.length)), not, quoted, text: textOf(rest) };
}

/**
 * operatorAt returns the operator that begins at a mark, or "".
 * @param {Mark[]} marks
 * @param {number} i
 */
function operatorAt(marks, i) {
  return operators.find((op) => [...op].every((c, k) => marks[i + k]?.c === c && !marks[i + k].quoted)) ?? "";
}
