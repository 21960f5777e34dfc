// The table: the picture in words. It is part of the page; its controls are added when
// it is first shown.

let order = { column: columns[0], descending: false };
let hasControls = false;
const inTable = () => !$("table").hidden;
const sortedRows = () => [...body.rows];

// addControls adds buttons that sort by a column or show the details of a row.
function addControls() {
  hasControls = true;
  const addButton = (head) => {
    const button = make("button", { type: "button", textContent: head.textContent });
    head.replaceChildren(button);
    return button;
  };
  for (const column of columns) {
    addButton(column.head).addEventListener("click", () => sort(column, order.column === column && !order.descending));
  }
  for (const row of sortedRows()) addButton(row.cells[0]);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (event.target.closest("a") || !row || getSelection().toString()) return;
    select(row.node, event.detail === 0); // 0 when a key clicked
  });
  sort(columns[0], false);
}

const words = new Intl.Collator("en", { numeric: true });
const plain = (a, b) => (a < b ? -1 : a > b ? 1 : 0); // for IDs, whose digits are not numbers

function sort(column, descending) {
  order = { column, descending };
  const direction = descending ? -1 : 1;
  const compare = column.amount ? (a, b) => a - b : ["Name", "ID"].includes(column.name) ? plain : words.compare;
  const rows = sortedRows().map((row) => {
    const cell = row.cells[columns.indexOf(column)];
    const empty = cell.textContent === "";
    return { row, empty, key: column.amount ? Number(cell.querySelector("data")?.value ?? cell.textContent) : cell.textContent };
  });
  // Empty cells come last in either direction.
  rows.sort((a, b) => a.empty - b.empty || direction * compare(a.key, b.key) || a.row.node.index - b.row.node.index);
  body.append(...rows.map(({ row }) => row));
  for (const c of columns) c.head.removeAttribute("aria-sort");
  column.head.setAttribute("aria-sort", descending ? "descending" : "ascending");
}

function filterTable() {
  for (const node of nodes) node.row.hidden = !node.shown;
}

function show(table) {
  if (table && !hasControls) addControls();
  $("table").hidden = !table;
  $("picture").hidden = table;
  $("show-table").setAttribute("aria-pressed", table);
  $("show-picture").setAttribute("aria-pressed", !table);
  filterTable();
  if (!table && view.fitted) fit();
  else showTexts(); // the search may have changed in the meantime
}

$("show-table").addEventListener("click", () => show(true));
$("show-picture").addEventListener("click", () => show(false));
