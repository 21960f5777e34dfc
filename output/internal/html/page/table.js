// The table: the picture in words. It is part of the page; its controls are added when
// it is first shown.

import { $, make, targetOf } from "./dom.js";
import { body, columns, nodes } from "./nodes.js";
import { view } from "./view.js";
import { select } from "./details.js";

/** @typedef {import("./nodes.js").Column} Column */
/** @typedef {import("./nodes.js").Row} Row */

let order = { column: columns[0], descending: false };
let hasControls = false;
export const inTable = () => !$("table").hidden;
export const sortedRows = () => /** @type {Row[]} */ ([...body.rows]);

/** addControls adds buttons that sort by a column or show the details of a row. */
function addControls() {
  hasControls = true;
  const addButton = (/** @type {HTMLElement} */ head) => {
    const button = make("button", { type: "button", textContent: head.textContent });
    head.replaceChildren(button);
    return button;
  };
  for (const column of columns) {
    addButton(column.head).addEventListener("click", () => sort(column, order.column === column && !order.descending));
  }
  for (const row of sortedRows()) addButton(row.cells[0]);
  body.addEventListener("click", (event) => {
    const row = /** @type {Row | null} */ (targetOf(event).closest("tr"));
    if (targetOf(event).closest("a") || !row || getSelection()?.toString()) return;
    select(row.node, event.detail === 0); // 0 when a key clicked
  });
  sort(columns[0], false);
}

const words = new Intl.Collator("en", { numeric: true });
/**
 * plain compares IDs, whose digits are not numbers.
 * @param {string} a
 * @param {string} b
 */
const plain = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * @param {Column} column
 * @param {boolean} descending
 */
function sort(column, descending) {
  order = { column, descending };
  const direction = descending ? -1 : 1;
  const byText = ["Name", "ID"].includes(column.name) ? plain : words.compare;
  const rows = sortedRows().map((row) => {
    const cell = row.cells[columns.indexOf(column)];
    const text = cell.textContent ?? "";
    return { row, text, empty: Number(text === ""), amount: Number(cell.querySelector("data")?.value ?? text) };
  });
  // Empty cells come last in either direction.
  rows.sort((a, b) => a.empty - b.empty || direction * (column.amount ? a.amount - b.amount : byText(a.text, b.text)) || a.row.node.index - b.row.node.index);
  body.append(...rows.map(({ row }) => row));
  for (const c of columns) c.head.removeAttribute("aria-sort");
  column.head.setAttribute("aria-sort", descending ? "descending" : "ascending");
}

export function filterTable() {
  for (const node of nodes) node.row.hidden = !node.shown;
}

/**
 * show shows the table or the picture.
 * @param {boolean} table
 */
export function show(table) {
  if (table && !hasControls) addControls();
  $("table").hidden = !table;
  $("picture").hidden = table;
  $("show-table").setAttribute("aria-pressed", String(table));
  $("show-picture").setAttribute("aria-pressed", String(!table));
  filterTable();
  if (table) return;
  view.resize();
  view.refresh(); // the search may have changed in the meantime
}

$("show-table").addEventListener("click", () => show(true));
$("show-picture").addEventListener("click", () => show(false));
