// Amounts and versions that people write.

const factors = new Map(Object.entries({ "": 1, b: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15, ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40, pi: 2 ** 50 }));

/**
 * readAmount returns an amount such as 64GiB, 1.5T, 12 or 80%; undefined if the text is none.
 * Only bytes have units. A share is a percentage; plain amounts have no unit.
 * @param {string} text
 * @param {string} kind of the field
 */
export function readAmount(text, kind) {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*(%|[a-z]*)$/i.exec(text.trim().replaceAll(",", ""));
  if (!match) return undefined;
  const x = Number(match[1]);
  const unit = match[2].toLowerCase();
  if (unit === "%") return { x, share: true, plain: false };
  const factor = kind === "bytes" ? factors.get(unit.replace(/(?<=.)b$/, "")) : unit === "" ? 1 : undefined;
  return factor === undefined ? undefined : { x: x * factor, share: false, plain: unit === "" };
}

/**
 * compareVersions compares numbers, and texts such as v1.9.3 piece by piece. It is
 * negative if a is less than b. A v at the beginning means nothing.
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const pieces = (/** @type {string} */ text) => text.replace(/^v(?=\d)/, "").match(/\d+|[^\d.]+/g) ?? [];
  const [p, q] = [pieces(a), pieces(b)];
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  for (let i = 0; i < Math.max(p.length, q.length); i++) {
    const [x, y] = [p[i] ?? "0", q[i] ?? "0"];
    const difference = isNumber(x) && isNumber(y) ? Number(x) - Number(y) : comparePieces(x, y);
    if (difference) return difference;
  }
  return 0;
}

const isNumber = (/** @type {string} */ text) => /^[+-]?\d+(\.\d+)?$/.test(text);

/**
 * comparePieces compares pieces of which one is no number: a suffix such as -rc1 comes before none.
 * @param {string} x
 * @param {string} y
 */
const comparePieces = (x, y) => isNumber(x) ? 1 : isNumber(y) ? -1 : x < y ? -1 : x > y ? 1 : 0;

/**
 * nearestName returns the name that a word was probably meant to be: one that begins with it, or
 * differs in one or two letters; "" if there is none.
 * @param {string} word
 * @param {string[]} names
 */
export function nearestName(word, names) {
  const few = names.slice(0, 1000);
  return few.find((name) => name.startsWith(word)) ?? few.find((name) => name.endsWith("/" + word))
    ?? few.find((name) => word.length > 3 && edits(word, name) <= (word.length > 5 ? 2 : 1)) ?? "";
}

/**
 * edits returns the number of letters to change, add or remove to make b of a (Wagner and
 * Fischer, 1974). Both are short.
 * @param {string} a
 * @param {string} b
 */
function edits(a, b) {
  if (a.length > 64) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let k = 1; k <= b.length; k++) {
      next.push(Math.min(row[k] + 1, next[k - 1] + 1, row[k - 1] + Number(a[i - 1] !== b[k - 1])));
    }
    row = next;
  }
  return row[b.length];
}
