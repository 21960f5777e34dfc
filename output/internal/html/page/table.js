// The table: the picture in words. It came with the page; what can be done with it is
// added when it is first asked for.

let order = { column: columns[0], descending: false };
let furnished = false;
const inTable = () => !$("table").hidden;
const sortedRows = () => [...body.rows];

// furnish lets heads sort and rows show their details.
function furnish() {
  furnished = true;
  const press = (head) => {
    const button = make("button", { type: "button", textContent: head.textContent });
    head.replaceChildren(button);
    return button;
  };
  for (const column of columns) {
    press(column.head).addEventListener("click", () => sort(column, order.column === column && !order.descending));
  }
  for (const row of body.rows) press(row.cells[0]);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (event.target.closest("a") || !row || getSelection().toString()) return;
    select(row.node, event.detail === 0); // 0 when a key clicked
  });
  sort(columns[0], false);
}

const words = new Intl.Collator("en", { numeric: true });
const plain = (a, b) => (a < b ? -1 : a > b ? 1 : 0); // of IDs, whose digits are no numbers

function sort(column, descending) {
  order = { column, descending };
  const way = descending ? -1 : 1;
  const compare = column.amount ? (a, b) => a - b : ["Name", "ID"].includes(column.name) ? plain : words.compare;
  const rows = sortedRows().map((row) => {
    const cell = row.cells[columns.indexOf(column)];
    const empty = cell.textContent === "";
    return { row, empty, key: column.amount ? Number(cell.querySelector("data")?.value ?? cell.textContent) : cell.textContent };
  });
  // What is empty comes last either way.
  rows.sort((a, b) => a.empty - b.empty || way * compare(a.key, b.key) || a.row.node.index - b.row.node.index);
  body.append(...rows.map(({ row }) => row));
  for (const c of columns) c.head.removeAttribute("aria-sort");
  column.head.setAttribute("aria-sort", descending ? "descending" : "ascending");
}

function filterTable() {
  for (const node of nodes) node.row.hidden = !node.shown;
}

function show(table) {
  if (table && !furnished) furnish();
  $("table").hidden = !table;
  $("picture").hidden = table;
  $("show-table").setAttribute("aria-pressed", table);
  $("show-picture").setAttribute("aria-pressed", !table);
  filterTable();
  if (!table && view.fitted) fit();
  else showTexts(); // what a search left of the nodes may have changed
}

$("show-table").addEventListener("click", () => show(true));
$("show-picture").addEventListener("click", () => show(false));
