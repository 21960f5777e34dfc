// Search and filters: which nodes are shown, in the picture as in the table.

const search = $("search");
const boxes = [...document.querySelectorAll("#filters input")];

// The boxes of groups come in the order of their paths, inner ones after the one
// they are in, which ticks them all.
for (const box of boxes) {
  const inner = box.dataset.level ? innerBoxes(box) : [];
  box.addEventListener("change", () => {
    for (const b of inner) Object.assign(b, { checked: box.checked, indeterminate: false });
    boxes.filter((b) => b.dataset.level).reverse().forEach(summarize);
    apply();
  });
}

function innerBoxes(box) {
  const rest = boxes.slice(boxes.indexOf(box) + 1);
  const end = rest.findIndex((b) => !(b.dataset.level > box.dataset.level));
  return end < 0 ? rest : rest.slice(0, end);
}

// summarize makes an outer box say what its inner ones do.
function summarize(box) {
  const inner = innerBoxes(box);
  if (inner.length === 0) return;
  box.checked = inner.every((b) => b.checked);
  box.indeterminate = !box.checked && inner.some((b) => b.checked || b.indeterminate);
}

// off is the values of a filter that are not ticked.
const off = (name) => new Set(boxes.filter((b) => b.name === name && !b.checked && !b.indeterminate).map((b) => Number(b.value)));

// matches reports whether a node has a word of the search: somewhere, but states only
// from their beginning, for what is disconnected is not connected. The word may
// say that it means a state or a group.
function matches(node, word) {
  const begins = (own) => (text) => text.startsWith(word.slice(own.length));
  return node.words.includes(word) || node.states.some(begins(""))
    || word.startsWith("state:") && node.states.some(begins("state:"))
    || word.startsWith("group:") && node.groupPath.some((name) => begins("group:")(name.toLowerCase()));
}

// apply shows the nodes that pass the filters and have every word of the search.
function apply() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = off("kind");
  const groups = off("group");
  const values = off("value");
  const outcomes = off("run");
  const parts = off("part");
  let shown = 0;
  for (const node of nodes) {
    node.passes = !kinds.has(node.kind) && !groups.has(node.group) && !values.has(node.value)
      && !(node.part && parts.has(0)) && !(node.idle && parts.has(1));
    node.shown = node.passes && words.every((word) => matches(node, word));
    if (node.shown) shown++;
    node.element.classList.toggle("out", !node.shown);
    node.element.toggleAttribute("aria-hidden", false);
    if (!node.shown) node.element.setAttribute("aria-hidden", "true");
    // Of the node that has the focus it must not go, even for a moment.
    if (node.shown) node.element.setAttribute("tabindex", node === current ? "0" : "-1");
    else node.element.removeAttribute("tabindex");
  }
  const visible = (i) => {
    const [from, to] = data.links[i].map((end) => nodes[end]);
    return from.passes && to.passes && (from.shown || to.shown);
  };
  let link = 0;
  for (const { path, segments } of edges) path.setAttribute("d", segments.filter(() => visible(link++)).join(""));
  for (const run of runs) {
    run.shown = visible(run.link) && !outcomes.has(run.outcome);
    for (const element of run.elements) element.classList.toggle("out", !run.shown);
  }

  if (!current?.shown) setCurrent(nodes.find((n) => n.shown && n.hub) ?? nodes.find((n) => n.shown));
  else setCurrent(current);
  if (selected && !selected.shown) deselect();
  filterTable();
  showTexts();

  const filtered = boxes.some((b) => !b.checked);
  $("reset").disabled = !filtered;
  $("show-filters").classList.toggle("active", filtered);
  const jobs = nodes.filter((n) => n.job).length;
  const all = jobs ? `${plural(nodes.length - jobs, "node")} and ${plural(jobs, "job")}` : plural(nodes.length, "node");
  $("status").textContent = shown === nodes.length ? all
    : shown === 0 ? `No node ${jobs ? "or job " : ""}matches` : `${shown.toLocaleString("en")} of ${all}`;
}

let typing;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(apply, 60);
});

search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  clearTimeout(typing);
  apply();
  const found = inTable() ? sortedRows().find((row) => !row.hidden)?.node : nodes.find((n) => n.shown);
  if (!found) return;
  if (inTable()) found.row.querySelector("button").focus();
  else { setCurrent(found); found.element.focus({ preventScroll: true }); }
  select(found);
  if (!inTable()) centre(found);
});

$("reset").addEventListener("click", () => {
  for (const box of boxes) Object.assign(box, { checked: true, indeterminate: false });
  apply();
  $("show-filters").focus();
});

$("show-filters").addEventListener("click", () => showFilters($("filters").hidden));

function showFilters(show) {
  $("filters").hidden = !show;
  $("show-filters").setAttribute("aria-expanded", show);
}
