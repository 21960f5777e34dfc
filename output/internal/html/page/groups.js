// Which nodes are drawn together: trays, and the blocks in them. No sizes, no places.

/**
 * An Item is what is known here of a node.
 * @typedef {object} Item
 * @property {number} index in the document
 * @property {string} label
 * @property {boolean} hub
 * @property {boolean} job
 * @property {boolean} peer it is a requester other than the hubs
 * @property {number} rank 0 for what an operator looks for first
 * @property {number} use the share of a capacity in use, from 0 to 1; -1 if it is not known
 * @property {Item[]} owners the hubs that it is joined to
 * @property {string[]} path the names of its groups, the outermost first
 */

/**
 * A Block is nodes or other blocks below a heading. The outermost ones are trays.
 * @template {Item} T
 * @typedef {object} Block
 * @property {string} key tells it from all others
 * @property {"group" | "hubs" | "detached" | "peers"} kind
 * @property {string} name of the group; "" if nodes are not grouped
 * @property {T[]} hubs that all its nodes are joined to, of a tray where there are several
 * @property {number} level 0 for a tray
 * @property {number} order of its outermost group among all, for its tint; -1 for none
 * @property {T[]} items all of its nodes
 * @property {T[]} tiles those that are drawn in it, and not in one of its parts
 * @property {Block<T>[]} parts
 */

const counting = new Intl.Collator("en", { numeric: true });

/**
 * groupName returns the name of the group of nodes with a value of a field, as in pictures: a
 * value that looks like the name of the group without one gets quotes.
 * @param {string} field
 * @param {string} value "" for none
 */
export function groupName(field, value) {
  const none = "no " + field.replace(/^@/, "");
  if (value === "") return none;
  return value.replace(/^"+|"+$/g, "") === none ? `"${value}"` : value;
}

/**
 * groupUp returns the hubs, and the trays of all other nodes that are no jobs. With one hub
 * there is a tray for each outermost group, with several one for each set of hubs.
 * @template {Item} T
 * @param {T[]} all
 * @param {boolean} byShare nodes of a rank are in the order of their share in use, the highest first
 * @returns {{hubs: T[], trays: Block<T>[]}}
 */
export function groupUp(all, byShare) {
  const hubs = all.filter((item) => item.hub);
  const compare = byShare ? (/** @type {T} */ a, /** @type {T} */ b) => a.rank - b.rank || b.use - a.use || a.index - b.index
    : (/** @type {T} */ a, /** @type {T} */ b) => a.rank - b.rank || counting.compare(a.label, b.label) || a.index - b.index;
  const tiles = all.filter((item) => !item.hub && !item.job && !item.peer).sort(compare);
  const peers = all.filter((item) => item.peer && !item.hub).sort(compare);
  const names = [...new Set(tiles.map((item) => item.path[0] ?? ""))].sort(inOrder);
  const order = new Map(names.filter(Boolean).map((name, i) => [name, i]));

  const trays = hubs.length > 1 ? byHubs(tiles) : byGroup(tiles, 0, "", names);
  for (const tray of trays) {
    tray.order = order.get(tray.name) ?? -1;
    if (hubs.length > 1) divide(tray, 0);
    else if (hubs.length === 1) split(tray);
    else divide(tray, 1);
  }
  if (peers.length) trays.push(newBlock("peers", "peers", "", 0, peers));
  return { hubs, trays };
}

/**
 * @template {Item} T
 * @param {string} key
 * @param {Block<T>["kind"]} kind
 * @param {string} name
 * @param {number} level
 * @param {T[]} items
 * @returns {Block<T>}
 */
const newBlock = (key, kind, name, level, items) => ({ key, kind, name, hubs: [], level, order: -1, items, tiles: items, parts: [] });

/** inOrder compares names of groups: nodes without one come last. */
const inOrder = (/** @type {string} */ a, /** @type {string} */ b) => Number(a === "") - Number(b === "") || counting.compare(a, b) || (a < b ? -1 : 1);

/**
 * collect returns the items by a key, in their order.
 * @template {Item} T
 * @param {T[]} items
 * @param {(item: T) => string} keyOf
 */
function collect(items, keyOf) {
  /** @type {Map<string, T[]>} */
  const all = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const same = all.get(key);
    if (same) same.push(item);
    else all.set(key, [item]);
  }
  return all;
}

/**
 * byGroup returns a block for each name of a level of groups.
 * @template {Item} T
 * @param {T[]} items
 * @param {number} level
 * @param {string} prefix of keys
 * @param {string[]} [names] in order
 */
function byGroup(items, level, prefix, names) {
  const groups = collect(items, (item) => item.path[level] ?? "");
  return (names ?? [...groups.keys()].sort(inOrder)).map((name) =>
    newBlock(prefix + JSON.stringify(name), "group", name, level, groups.get(name) ?? []));
}

/**
 * byHubs returns a tray for each set of hubs, those of one hub first, and one for nodes that
 * are joined to none.
 * @template {Item} T
 * @param {T[]} items
 */
function byHubs(items) {
  const sets = [...collect(items, (item) => item.owners.map((hub) => hub.index).join()).entries()];
  const size = (/** @type {string} */ key) => key === "" ? Infinity : key.split(",").length;
  sets.sort(([a], [b]) => size(a) - size(b) || counting.compare(a, b));
  return sets.map(([key, same]) => {
    const tray = newBlock("hubs " + key, key === "" ? "detached" : "hubs", "", 0, same);
    tray.hubs = /** @type {T[]} */ (same[0].owners);
    return tray;
  });
}

/**
 * split gives a tray a block for its nodes that are not joined to the hub, and one for each
 * of its inner groups.
 * @template {Item} T
 * @param {Block<T>} tray
 */
function split(tray) {
  const detached = tray.items.filter((item) => item.owners.length === 0);
  if (detached.length === tray.items.length && tray.name === "") {
    tray.kind = "detached";
    return;
  }
  const joined = tray.items.filter((item) => item.owners.length > 0);
  divide(tray, 1, joined);
  if (detached.length === 0) return;
  const rest = tray.parts.length || joined.length === 0 ? tray.parts : [newBlock(tray.key + "/joined", "group", "", 1, joined)];
  tray.parts = [newBlock(tray.key + "/detached", "detached", "", 1, detached), ...rest];
  tray.tiles = [];
}

/**
 * divide gives a block a part for each of its groups of a depth, if there are any.
 * @template {Item} T
 * @param {Block<T>} outer
 * @param {number} depth in the paths of nodes
 * @param {T[]} [items]
 */
function divide(outer, depth, items = outer.items) {
  if (!items.some((item) => item.path.length > depth)) return;
  outer.parts = byGroup(items, depth, outer.key + "/");
  outer.tiles = [];
  for (const part of outer.parts) {
    part.level = outer.level + 1;
    divide(part, depth + 1);
  }
}
