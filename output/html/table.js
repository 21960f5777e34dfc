// The table: the picture in words.

const columns = [
  { name: "Name", of: (n) => n.label },
  { name: "ID", of: (n) => n.id },
  { name: "Role", of: (n) => n.role },
  { name: "Change", of: (n) => n.changes?.join("; ") },
  { name: "State", of: (n) => n.stateName },
  { name: "Group", of: (n) => n.groupPath.join(" / ") },
  { name: "Nodes", of: (n) => n.members, amount: true },
  { name: "Executions", of: (n) => n.executions, amount: true },
  { name: "Version", of: (n) => n.version },
  { name: "Engines", of: (n) => n.engines?.join(", ") },
  { name: "CPU", of: (n) => n.cpu, amount: true },
  { name: "Memory", of: (n) => n.memory, show: bytes, amount: true },
  { name: "Disk", of: (n) => n.disk, show: bytes, amount: true },
  { name: "GPU", of: (n) => n.gpu, amount: true },
  { name: "Labels", of: (n) => Object.entries(n.labels ?? {}).map(([k, v]) => k + "=" + v).join(", ") },
].filter((column, i) => i === 0 || nodes.some((n) => column.of(n)));

let body;
let order = { column: columns[0], descending: false };
const inTable = () => !$("table").hidden;
const sortedRows = () => [...body.rows];

// buildTable makes the table when it is first asked for.
function buildTable() {
  const heads = columns.map((column) => {
    const button = make("button", { type: "button", textContent: column.name });
    column.head = make("th", { scope: "col", className: column.amount ? "amount" : "" }, button);
    button.addEventListener("click", () => sort(column, order.column === column && !order.descending));
    return column.head;
  });
  body = make("tbody");
  for (const node of nodes) {
    node.row = make("tr", { node });
    for (const [i, column] of columns.entries()) {
      const value = column.of(node) ?? "";
      const text = column.show && value !== "" ? column.show(value) : String(value);
      const kind = text.length > 160 ? "long" : column.amount ? "amount" : "";
      if (i === 0) {
        const button = make("button", { type: "button", textContent: text });
        node.row.append(make("th", { scope: "row", className: kind }, button));
      } else if (column.name === "ID" && node.link) {
        const link = make("a", { href: node.link, target: "_blank", rel: "noopener noreferrer", textContent: text });
        node.row.append(make("td", { className: kind }, link));
      } else {
        node.row.append(make("td", { textContent: text, className: kind }));
      }
    }
    body.append(node.row);
  }
  $("table").append(make("table", {}, make("caption", { className: "unseen", textContent: document.title }),
    make("thead", {}, make("tr", {}, ...heads)), body));
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (event.target.closest("a") || !row || getSelection().toString()) return;
    select(row.node, event.detail === 0); // 0 when a key clicked
  });
  sort(columns[0], false);
}

const words = new Intl.Collator("en", { numeric: true });

function sort(column, descending) {
  order = { column, descending };
  const way = descending ? -1 : 1;
  // What is empty comes last either way.
  const compare = (a, b) => {
    const [x, y] = [column.of(a.node) ?? "", column.of(b.node) ?? ""];
    if (x === "" || y === "") return (x === "") - (y === "");
    return way * (column.amount ? x - y : words.compare(x, y)) || a.node.index - b.node.index;
  };
  body.append(...sortedRows().sort(compare));
  for (const c of columns) c.head.removeAttribute("aria-sort");
  column.head.setAttribute("aria-sort", descending ? "descending" : "ascending");
}

function filterTable() {
  if (body) for (const node of nodes) node.row.hidden = !node.shown;
}

function show(table) {
  if (table && !body) buildTable();
  $("table").hidden = !table;
  $("picture").hidden = table;
  $("show-table").setAttribute("aria-pressed", table);
  $("show-picture").setAttribute("aria-pressed", !table);
  filterTable();
  if (!table && view.fitted) fit();
}

$("show-table").addEventListener("click", () => show(true));
$("show-picture").addEventListener("click", () => show(false));
