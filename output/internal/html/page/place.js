// Places for trays, blocks and tiles in a window of some width. The only input is numbers;
// the page and its tests call it alike. Lengths are in CSS pixels.

/** @typedef {import("./groups.js").Item} Item */

/**
 * A Size is the size of tiles, and what they show.
 * @typedef {object} Size
 * @property {number} w
 * @property {number} h
 * @property {number} gap between tiles
 * @property {number} font of names; 0 for cells, which have none
 * @property {boolean} details a second line
 */

/**
 * A Spot is where something is: its left top corner, and its size.
 * @typedef {{x: number, y: number, w: number, h: number}} Spot
 */

/**
 * A Plate is a block with its place. Its tiles are in rows of cols.
 * @template {Item} T
 * @typedef {Spot & {block: import("./groups.js").Block<T>, head: number, cols: number, tileW: number}} Plate
 */

/**
 * A Plan is the places of everything.
 * @template {Item} T
 * @typedef {object} Plan
 * @property {Size} size
 * @property {number} width
 * @property {number} height
 * @property {Plate<T>[]} plates outer ones first
 * @property {Map<T, Spot>} spots of hubs and tiles
 * @property {{d: string, plate: Plate<T>}[]} rails the lines from the hub to trays, as paths of SVG
 */

export const trayHead = 32; // the height of a tray's heading
export const blockHead = 22; // the height of that of a block in a tray
const trayPad = 10; // between the outline of a tray and its tiles
const trayGap = 16; // between trays side by side
const rowGap = 22; // between rows of trays, where the rail passes
const blockRowGap = 12; // between rows of blocks in a tray
export const hubHeight = 34;
const railX = 13; // from the left edge
const narrow = { tray: 132, block: 76 }; // the widths of the narrowest

/**
 * place returns the places in a width.
 * @template {Item} T
 * @param {{hubs: T[], trays: import("./groups.js").Block<T>[]}} groups
 * @param {Size} size
 * @param {number} width of the window, without margins
 * @param {(hub: T) => number} hubWidth
 * @returns {Plan<T>}
 */
export function place(groups, size, width, hubWidth) {
  /** @type {Plan<T>} */
  const plan = { size, width, height: 0, plates: [], spots: new Map(), rails: [] };
  const rail = groups.hubs.length === 1 && groups.trays.length > 0;
  let y = 0;
  if (groups.hubs.length > 0) y = placeHubs(plan, groups.hubs, width, hubWidth);
  const left = rail ? 2 * railX : 0;
  const p = packed(groups.trays, size, width - left);
  for (const row of p.rows) {
    if (rail) y += rowGap - trayGap / 2;
    else if (y > 0) y += trayGap;
    let x = left;
    let first = true;
    for (const { block, cols } of row.cells) {
      const plate = placePlate(plan, block, x, y, cols, row.tileW);
      if (rail && block.kind !== "detached" && block.kind !== "peers") addRail(plan, plate, first);
      first = false;
      x += plate.w + trayGap;
    }
    y += row.height;
  }
  plan.height = Math.max(y, ...plan.plates.map((plate) => plate.y + plate.h));
  return plan;
}

/**
 * placeHubs places hubs in rows, and returns the height that they take.
 * @template {Item} T
 * @param {Plan<T>} plan
 * @param {T[]} hubs
 * @param {number} width
 * @param {(hub: T) => number} hubWidth
 */
function placeHubs(plan, hubs, width, hubWidth) {
  let [x, y] = [0, 0];
  for (const hub of hubs) {
    const w = Math.min(hubWidth(hub), width);
    if (x > 0 && x + w > width) [x, y] = [0, y + hubHeight + 8];
    plan.spots.set(hub, { x, y, w, h: hubHeight });
    x += w + 12;
  }
  return y + hubHeight;
}

/**
 * addRail adds the line to a tray: down the rail, along the top of its row, and down.
 * @template {Item} T
 * @param {Plan<T>} plan
 * @param {Plate<T>} tray
 * @param {boolean} first the tray is the first one of its row
 */
function addRail(plan, tray, first) {
  const y = tray.y + trayHead / 2;
  if (first) {
    plan.rails.push({ plate: tray, d: `M${railX} ${hubHeight}V${y - 8}Q${railX} ${y} ${railX + 8} ${y}H${tray.x}` });
    return;
  }
  const [bus, x] = [tray.y - rowGap / 2, tray.x + Math.min(28, tray.w / 2)];
  plan.rails.push({ plate: tray, d: `M${railX} ${hubHeight}V${bus - 6}Q${railX} ${bus} ${railX + 6} ${bus}H${x - 6}Q${x} ${bus} ${x} ${bus + 6}V${tray.y}` });
}

/**
 * placePlate places a block of a width in columns, and all that is in it.
 * @template {Item} T
 * @param {Plan<T>} plan
 * @param {import("./groups.js").Block<T>} block
 * @param {number} x
 * @param {number} y
 * @param {number} cols
 * @param {number} tileW
 * @returns {Plate<T>}
 */
function placePlate(plan, block, x, y, cols, tileW) {
  const { size } = plan;
  const margin = block.level === 0 ? trayPad : 0;
  const w = cols * (tileW + size.gap) - size.gap + 2 * margin;
  const head = headOf(block);
  const plate = { x, y, w, h: 0, head, block, cols, tileW };
  plan.plates.push(plate);
  let at = y + head;
  if (block.parts.length) {
    for (const row of packedIn(block, size, cols).rows) {
      let px = x + margin;
      for (const cell of row.cells) {
        const part = placePlate(plan, cell.block, px, at, cell.cols, tileW);
        px += part.w + blockGap(size, tileW);
      }
      at += row.height + blockRowGap;
    }
    at -= blockRowGap;
  } else {
    block.tiles.forEach((item, i) => {
      const [col, row] = [i % cols, Math.floor(i / cols)];
      plan.spots.set(item, { x: x + margin + col * (tileW + size.gap), y: at + row * (size.h + size.gap), w: tileW, h: size.h });
    });
    at += tilesHeight(block, size, cols);
  }
  plate.h = at + margin - y;
  return plate;
}

/** blockGap is the gap between two blocks of a tray: a whole number of columns, so that tiles stay in line. */
const blockGap = (/** @type {Size} */ size, /** @type {number} */ tileW) => gapCols(size) * (tileW + size.gap) + size.gap;
const gapCols = (/** @type {Size} */ size) => (size.font ? 0 : 1);

/** headOf returns the height of a heading. */
const headOf = (/** @type {{level: number, name: string, kind: string}} */ block) =>
  block.level === 0 ? trayHead : block.name === "" && block.kind === "group" ? 0 : blockHead;

const tilesHeight = (/** @type {{tiles: unknown[]}} */ block, /** @type {Size} */ size, /** @type {number} */ cols) =>
  Math.ceil(block.tiles.length / cols) * (size.h + size.gap) - size.gap;

/**
 * A Row is blocks side by side.
 * @template {Item} T
 * @typedef {{cells: {block: import("./groups.js").Block<T>, cols: number}[], height: number, tileW: number}} Row
 */

/**
 * packed returns rows of trays in a width. Columns of names become a little wider, so that
 * they fill it.
 * @template {Item} T
 * @param {import("./groups.js").Block<T>[]} trays
 * @param {Size} size
 * @param {number} width
 */
function packed(trays, size, width) {
  const pitch = size.w + size.gap;
  const room = (/** @type {number} */ n) => Math.max(1, Math.floor((width - n * (2 * trayPad - size.gap) - (n - 1) * trayGap) / pitch));
  const p = bestRows(trays, size, narrow.tray, room, rowGap);
  for (const row of p.rows) {
    const cols = row.cells.reduce((sum, cell) => sum + cell.cols, 0);
    const n = row.cells.length;
    const full = (width - n * (2 * trayPad - size.gap) - (n - 1) * trayGap) / cols - size.gap;
    row.tileW = size.font ? Math.floor(Math.min(full, size.w * 1.5)) : Math.min(size.w, full);
  }
  return p;
}

/** @type {WeakMap<object, Map<string, {rows: Row<any>[], height: number}>>} */
const rowsOf = new WeakMap();

/**
 * packedIn returns rows of the parts of a block with some columns.
 * @template {Item} T
 * @param {import("./groups.js").Block<T>} block
 * @param {Size} size
 * @param {number} cols
 * @returns {{rows: Row<T>[], height: number}}
 */
function packedIn(block, size, cols) {
  const key = [size.w, size.h, size.gap, cols].join();
  const own = rowsOf.get(block) ?? new Map();
  rowsOf.set(block, own);
  if (own.size > 400) own.clear();
  if (!own.has(key)) {
    const room = (/** @type {number} */ n) => Math.max(1, cols - (n - 1) * gapCols(size));
    own.set(key, bestRows(block.parts, size, narrow.block, room, blockRowGap));
  }
  return own.get(key);
}

/**
 * heightOf returns the height of a block with some columns.
 * @param {import("./groups.js").Block<any>} block
 * @param {Size} size
 * @param {number} cols
 * @returns {number}
 */
function heightOf(block, size, cols) {
  const head = headOf(block) + (block.level === 0 ? trayPad : 0);
  return head + (block.parts.length ? packedIn(block, size, cols).height : tilesHeight(block, size, cols));
}

/**
 * bestRows returns the blocks in as many rows as give the least height, in their order.
 * @template {Item} T
 * @param {import("./groups.js").Block<T>[]} blocks
 * @param {Size} size
 * @param {number} narrowest the width of a heading
 * @param {(n: number) => number} room how many columns n blocks beside one another have
 * @param {number} gap between rows
 * @returns {{rows: Row<T>[], height: number}}
 */
function bestRows(blocks, size, narrowest, room, gap) {
  const fewest = Math.ceil((narrowest + size.gap) / (size.w + size.gap));
  const wanted = blocks.map((block) => Math.max(fewest, widest(block)));
  const weights = blocks.map((block) => block.items.length);
  /** @type {{rows: Row<T>[], height: number} | undefined} */
  let best;
  let worse = 0;
  for (let rows = 1; rows <= blocks.length && worse < 4; rows += Math.max(1, Math.floor(rows / 6))) {
    const p = inRows(blocks, size, weights, wanted, rows, fewest, room, gap);
    if (!best || p.height < best.height - 0.5) [best, worse] = [p, 0];
    else worse++;
  }
  return best ?? { rows: [], height: 0 };
}

/** widest returns how many columns a block has at most: all of its tiles in one row. */
function widest(/** @type {import("./groups.js").Block<any>} */ block) {
  return Math.max(1, block.parts.length ? block.items.length + block.parts.length : block.tiles.length);
}

/**
 * inRows returns the blocks in about that many rows of about the same weight.
 * @template {Item} T
 * @param {import("./groups.js").Block<T>[]} blocks
 * @param {Size} size
 * @param {number[]} weights
 * @param {number[]} wanted the most columns of each
 * @param {number} count
 * @param {number} fewest columns of a block
 * @param {(n: number) => number} room
 * @param {number} gap
 */
function inRows(blocks, size, weights, wanted, count, fewest, room, gap) {
  const whole = weights.reduce((sum, w) => sum + w, 0);
  /** @type {Row<T>[]} */
  const rows = [];
  let [from, sum, done, height] = [0, 0, 0, 0];
  for (let to = 1; to <= blocks.length; to++) {
    sum += weights[to - 1];
    const tight = to < blocks.length && (to - from + 1) * fewest > room(to - from + 1);
    // A row ends where it is nearest to its share of all.
    const next = to < blocks.length ? weights[to] : 0;
    const over = sum + next / 2 > (whole * (rows.length + 1)) / count - done;
    if (to < blocks.length && !tight && !over) continue;
    const cols = share(weights.slice(from, to), wanted.slice(from, to), fewest, room(to - from));
    const cells = cols.map((n, i) => ({ block: blocks[from + i], cols: n }));
    const tallest = Math.max(...cells.map((cell) => heightOf(cell.block, size, cell.cols)));
    rows.push({ cells, height: tallest, tileW: size.w });
    height += tallest + gap;
    done += sum;
    [from, sum] = [to, 0];
  }
  return { rows, height: height - gap };
}

/**
 * share deals columns out by weight, from fewest to as many as are wanted. What is left over
 * goes to the tallest, if it is enough for all of about that height: else the row is hardly lower.
 * @param {number[]} weights
 * @param {number[]} wanted
 * @param {number} fewest
 * @param {number} columns
 */
function share(weights, wanted, fewest, columns) {
  const cols = weights.map(() => Math.max(1, Math.min(fewest, Math.floor(columns / weights.length))));
  let left = columns - cols.reduce((sum, n) => sum + n, 0);
  for (let given = 1; left > 0 && given > 0;) {
    const open = cols.map((_, i) => i).filter((i) => cols[i] < wanted[i]);
    const whole = open.reduce((sum, i) => sum + weights[i], 0);
    const more = open.map((i) => Math.min(wanted[i] - cols[i], Math.floor((weights[i] / whole) * columns) - cols[i], left));
    given = 0;
    open.forEach((i, k) => {
      const n = Math.max(0, Math.min(more[k], left - given));
      cols[i] += n;
      given += n;
    });
    left -= given;
  }
  const rows = (/** @type {number} */ i) => Math.ceil(weights[i] / cols[i]);
  while (left > 0) {
    const most = Math.max(...cols.map((_, i) => (cols[i] < wanted[i] ? rows(i) : 0)));
    const tallest = cols.map((_, i) => i).filter((i) => cols[i] < wanted[i] && rows(i) >= 0.93 * most);
    if (tallest.length === 0 || tallest.length > left) break;
    for (const i of tallest) cols[i]++;
    left -= tallest.length;
  }
  return cols;
}
