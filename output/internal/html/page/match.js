// Which nodes a search finds.

/**
 * A Found is what a search looks at in a node, all in lower case.
 * @typedef {object} Found
 * @property {string} words its ID, labels and other facts
 * @property {string[]} states the words of its state
 * @property {string[]} groupPath the names of its groups, from the outermost one, as they are spelt
 */

/**
 * matches reports whether a node matches a word of the search. States must begin with
 * the word, because "disconnected" contains "connected". The prefixes state: and
 * group: restrict a word to states and groups.
 * @param {Found} node
 * @param {string} word in lower case
 */
export function matches(node, word) {
  const begins = (/** @type {string} */ own) => (/** @type {string} */ text) => text.startsWith(word.slice(own.length));
  return node.words.includes(word) || node.states.some(begins(""))
    || word.startsWith("state:") && node.states.some(begins("state:"))
    || word.startsWith("group:") && node.groupPath.some((name) => begins("group:")(name.toLowerCase()));
}
