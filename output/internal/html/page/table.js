// The table: the picture in words. Only the rows that are seen are elements, so that a
// table of any length opens at once.

import { $, all, make, targetOf } from "./dom.js";
import { nodes } from "./nodes.js";
import { filledColumns, sortNodes, widthOf } from "./rows.js";
import { selected, selection, view } from "./view.js";
import { select, selectAll, toggle } from "./details.js";
import { allKey } from "./keys.js";
import { changed } from "./link.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./rows.js").TableColumn} TableColumn */

const region = $("table");
const body = /** @type {HTMLTableSectionElement} */ (region.querySelector("tbody"));
const printedRows = 5000; // on paper
const spareRows = 12; // above and below what is seen

/** @type {{column: TableColumn, head: HTMLElement}[]} */
let heads = [];
let order = { at: 0, descending: false };

/** The nodes of the rows, sorted. @type {PageNode[]} */
let listed = [];

/** The elements of the rows that are there. @type {Map<PageNode, HTMLTableRowElement>} */
const rows = new Map();

/** The node whose row had the focus before the rows were made anew. @type {PageNode | undefined} */
let focused;

/** The row that the keys go on from. @type {PageNode | undefined} */
let atRow;
let rowHeight = 33;
let printing = false;

export const inTable = () => !region.hidden;

/** listedNodes returns the nodes of the table, from its first row on. */
export const listedNodes = () => listed;

/** openTable makes the head of the table, when it is first shown. */
function openTable() {
  const columns = filledColumns(nodes);
  const box = 2.6; // em, for the check box beside the name
  const widths = columns.map((column, i) => widthOf(column, nodes) * 0.6 + 1.8 + (i === 0 ? box : 0));
  const table = /** @type {HTMLElement} */ (region.querySelector("table"));
  table.style.minWidth = widths.reduce((a, b) => a + b) + "em";
  all(region, "colgroup")[0].replaceChildren(...widths.map((width) => {
    const col = make("col", {});
    col.style.width = width + "em";
    return col;
  }));
  heads = columns.map((column, i) => {
    const button = make("button", { type: "button", textContent: column.name });
    button.addEventListener("click", () => sortAt(i, order.at === i && !order.descending));
    return { column, head: make("th", { scope: "col", className: column.amount ? "amount" : "" }, button) };
  });
  all(region, "thead tr")[0].replaceChildren(...heads.map(({ head }) => head));
}

/** sortedBy returns the name of the column that the table is sorted by, after a - if it descends. */
export const sortedBy = () => (order.descending ? "-" : "") + heads[order.at].column.name;

/**
 * sortBy sorts by the column of a name, or by the first if there is no such column.
 * @param {string} name
 * @param {boolean} descending
 */
export const sortBy = (name, descending) => sortAt(Math.max(0, heads.findIndex(({ column }) => column.name === name)), descending);

/**
 * sortAt sorts by a column.
 * @param {number} at
 * @param {boolean} descending
 */
function sortAt(at, descending) {
  order = { at, descending };
  filterTable();
  changed();
}

/** filterTable lists the nodes that are shown. */
export function filterTable() {
  if (!inTable()) return;
  listed = sortNodes(nodes.filter((node) => node.shown), heads[order.at].column, order.descending);
  heads.forEach(({ head }, i) => {
    if (i === order.at) head.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
  region.querySelector("table")?.setAttribute("aria-rowcount", String(listed.length + 1));
  focused ??= rowWithFocus();
  showRows();
  if (focused) rows.get(focused)?.querySelector("button")?.focus({ preventScroll: true }); // its row may have moved
  focused = undefined;
}

/** forgetRows makes all rows anew, because the nodes have changed, and the head if it has to. */
export function forgetRows() {
  if (heads.length === 0) return;
  focused = rowWithFocus();
  const names = filledColumns(nodes).map((column) => column.name);
  if (names.join() !== heads.map(({ column }) => column.name).join()) {
    const { column } = heads[order.at];
    openTable();
    order.at = Math.max(0, heads.findIndex((head) => head.column === column));
  }
  rows.clear();
  body.replaceChildren();
}

/** rowWithFocus returns the node whose row has the focus. */
const rowWithFocus = () => [...rows].find(([, row]) => row.contains(document.activeElement))?.[0];

/** showRows makes the rows that are seen, and drops all others. */
export function showRows() {
  if (!inTable()) return;
  const seen = Math.ceil(region.clientHeight / rowHeight) + 2 * spareRows;
  const most = Math.max(0, listed.length - seen);
  const from = printing ? 0 : Math.min(most, Math.max(0, Math.floor(region.scrollTop / rowHeight) - spareRows));
  const to = printing ? Math.min(listed.length, printedRows) : Math.min(listed.length, from + seen);
  const wanted = new Set(listed.slice(from, to));
  for (const [node, row] of rows) {
    if (wanted.has(node)) continue;
    if (row.contains(document.activeElement)) region.focus({ preventScroll: true }); // it would be lost
    row.remove();
    rows.delete(node);
  }
  let next = body.firstElementChild;
  if (!next) body.append(next = spacer(), spacer());
  const [above, below] = [/** @type {HTMLElement} */ (body.firstElementChild), /** @type {HTMLElement} */ (body.lastElementChild)];
  next = above.nextElementSibling;
  listed.slice(from, to).forEach((node, i) => {
    const row = rows.get(node) ?? newRow(node);
    row.setAttribute("aria-rowindex", String(from + i + 2));
    if (row === next) next = row.nextElementSibling;
    else body.insertBefore(row, next);
    markRow(node, row);
  });
  above.style.height = from * rowHeight + "px";
  below.style.height = (printing ? 0 : (listed.length - to) * rowHeight) + "px";
  rowHeight = rows.get(listed[from])?.offsetHeight || rowHeight;
}

/** spacer returns a row as high as those that are not there. */
function spacer() {
  const row = make("tr", { className: "spacer" }, make("td", { colSpan: heads.length }));
  row.setAttribute("aria-hidden", "true");
  return row;
}

/**
 * newRow returns the row of a node.
 * @param {PageNode} node
 */
function newRow(node) {
  const row = make("tr", {}, nameCell(node));
  for (const { column } of heads.slice(1)) row.append(cellOf(node, column));
  for (const cell of row.cells) if ((cell.textContent ?? "").length > 40) cell.title = cell.textContent ?? "";
  rows.set(node, row);
  return row;
}

/** @param {PageNode} node */
function nameCell(node) {
  const picked = make("input", { type: "checkbox", tabIndex: -1 });
  picked.setAttribute("aria-label", "Select " + node.label);
  return make("th", { scope: "row" }, picked, make("button", { type: "button", textContent: node.label, tabIndex: -1 }));
}

/**
 * @param {PageNode} node
 * @param {TableColumn} column
 */
function cellOf(node, column) {
  const cell = make("td", { className: column.amount ? "amount" : "" });
  if (column.name === "ID" && node.link) cell.append(make("a", { href: node.link, target: "_blank", rel: "noopener noreferrer", textContent: node.id }));
  else cell.textContent = column.text(node);
  return cell;
}

/**
 * markRow shows whether a node is selected, and whether Tab goes to its row.
 * @param {PageNode} node
 * @param {HTMLTableRowElement} row
 */
function markRow(node, row) {
  row.classList.toggle("selected", node.selected === true);
  /** @type {HTMLInputElement} */ (row.querySelector("input")).checked = node.selected === true;
  const button = /** @type {HTMLElement} */ (row.querySelector("button"));
  button.tabIndex = node === (atRow?.shown ? atRow : listed[0]) ? 0 : -1;
}

/**
 * focusRow moves the focus to the row of a node, and scrolls there.
 * @param {PageNode} node
 */
export function focusRow(node) {
  const at = listed.indexOf(node);
  if (at < 0) return;
  atRow = node;
  const head = all(region, "thead")[0].offsetHeight;
  const [top, height] = [at * rowHeight, region.clientHeight - head];
  if (top < region.scrollTop) region.scrollTop = top;
  if (top + rowHeight > region.scrollTop + height) region.scrollTop = top + rowHeight - height;
  showRows();
  rows.get(node)?.querySelector("button")?.focus({ preventScroll: true });
}

/**
 * rowOf returns the node whose row an event is about.
 * @param {Event} event
 */
function rowOf(event) {
  const row = targetOf(event).closest("tr");
  return [...rows].find(([, own]) => own === row)?.[0];
}

/**
 * show shows the table or the picture.
 * @param {boolean} table
 */
export function show(table) {
  if (table && heads.length === 0) openTable();
  region.hidden = !table;
  $("picture").hidden = table;
  $("show-table").setAttribute("aria-pressed", String(table));
  $("show-picture").setAttribute("aria-pressed", String(!table));
  changed();
  if (table) return sortAt(order.at, order.descending);
  view.resize();
  view.refresh(); // the search may have changed in the meantime
}

/** print makes all rows for paper, or as many as it says. */
function print() {
  printing = inTable();
  if (!printing) return;
  $("printed").textContent = listed.length > printedRows
    ? `The first ${printedRows.toLocaleString("en")} of ${listed.length.toLocaleString("en")} rows` : "";
  showRows();
}

region.addEventListener("scroll", showRows, { passive: true });
new ResizeObserver(showRows).observe(region);
addEventListener("beforeprint", print);
addEventListener("afterprint", () => { printing = false; showRows(); });

body.addEventListener("mousedown", (event) => {
  if (event.shiftKey) event.preventDefault(); // or it would select text
});

body.addEventListener("click", (event) => {
  const node = rowOf(event);
  if (targetOf(event).closest("a") || !node || getSelection()?.toString()) return;
  if (event.shiftKey) selectAll([...selection, ...between(atRow, node)]);
  else if (event.ctrlKey || event.metaKey || targetOf(event).matches("input")) toggle(node);
  else select(node, event.detail === 0); // 0 when a key clicked
  atRow = node;
  showRows();
});

/**
 * between returns the listed nodes from one to another.
 * @param {PageNode | undefined} from
 * @param {PageNode} to
 */
function between(from, to) {
  const [a, b] = [from ? listed.indexOf(from) : -1, listed.indexOf(to)];
  return a < 0 ? [to] : a < b ? listed.slice(a, b + 1) : listed.slice(b, a + 1).reverse();
}

body.addEventListener("keydown", (event) => {
  const node = rowOf(event);
  if (!node || event.altKey) return;
  if (event.ctrlKey || event.metaKey) return allKey(event, listed);
  if (event.shiftKey && event.key === " ") {
    event.preventDefault();
    return toggle(node);
  }
  const page = Math.max(1, Math.floor(region.clientHeight / rowHeight) - 2);
  /** @type {Object<string, number>} */
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -listed.length, End: listed.length };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const to = listed[Math.min(listed.length - 1, Math.max(0, listed.indexOf(node) + step))];
  focusRow(to);
  if (event.shiftKey) selectAll([...selection, ...between(node, to)]);
  else if (selected) select(to);
});

$("show-table").addEventListener("click", () => show(true));
$("show-picture").addEventListener("click", () => show(false));
