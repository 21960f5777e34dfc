// Words for people.

/**
 * plural returns a number with a noun.
 * @param {number} n
 * @param {string} noun
 */
export const plural = (n, noun) => n.toLocaleString("en") + " " + noun + (n === 1 ? "" : "s");
