// Search and filters, which select the nodes in the picture and in the table.

const search = $("search");
const boxes = [...document.querySelectorAll("#filters input")];

// The boxes of groups have the order of their paths, inner groups after the outer one.
// The box of an outer group changes those of its inner groups.
for (const box of boxes) {
  const inner = box.dataset.level ? innerBoxes(box) : [];
  box.addEventListener("change", () => {
    for (const b of inner) Object.assign(b, { checked: box.checked, indeterminate: false });
    boxes.filter((b) => b.dataset.level).reverse().forEach(summarize);
    apply();
  });
}

function innerBoxes(box) {
  const following = boxes.slice(boxes.indexOf(box) + 1);
  const end = following.findIndex((b) => !(b.dataset.level > box.dataset.level));
  return end < 0 ? following : following.slice(0, end);
}

// summarize sets the state of an outer box to that of its inner ones.
function summarize(box) {
  const inner = innerBoxes(box);
  if (inner.length === 0) return;
  box.checked = inner.every((b) => b.checked);
  box.indeterminate = !box.checked && inner.some((b) => b.checked || b.indeterminate);
}

// unchecked returns the values of a filter that are not checked.
const unchecked = (name) => new Set(boxes.filter((b) => b.name === name && !b.checked && !b.indeterminate).map((b) => Number(b.value)));

// matches reports whether a node matches a word of the search. States must begin with
// the word, because "disconnected" contains "connected". The prefixes state: and
// group: restrict a word to states and groups.
function matches(node, word) {
  const begins = (own) => (text) => text.startsWith(word.slice(own.length));
  return node.words.includes(word) || node.states.some(begins(""))
    || word.startsWith("state:") && node.states.some(begins("state:"))
    || word.startsWith("group:") && node.groupPath.some((name) => begins("group:")(name.toLowerCase()));
}

// apply shows the nodes that pass the filters and match every word of the search.
function apply() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = unchecked("kind");
  const groups = unchecked("group");
  const values = unchecked("value");
  const outcomes = unchecked("run");
  const parts = unchecked("part");
  let shown = 0;
  for (const node of nodes) {
    node.passes = !kinds.has(node.kind) && !groups.has(node.group) && !values.has(node.value)
      && !(node.part && parts.has(0)) && !(node.idle && parts.has(1));
    node.shown = node.passes && words.every((word) => matches(node, word));
    if (node.shown) shown++;
    node.element.classList.toggle("out", !node.shown);
    node.element.toggleAttribute("aria-hidden", false);
    if (!node.shown) node.element.setAttribute("aria-hidden", "true");
    // The focused node must keep its tabindex, or it would lose the focus.
    if (node.shown) node.element.setAttribute("tabindex", node === current ? "0" : "-1");
    else node.element.removeAttribute("tabindex");
  }
  const visible = (i) => {
    const [from, to] = data.links[i].map((end) => nodes[end]);
    return from.passes && to.passes && (from.shown || to.shown);
  };
  let link = 0;
  for (const { path, segments } of edges) path.setAttribute("d", segments.filter(() => visible(link++)).join(""));
  for (const { element, links } of trunks) element.classList.toggle("out", !links.some(visible));
  for (const run of runs) {
    run.shown = visible(run.link) && !outcomes.has(run.outcome);
    for (const element of run.elements) element.classList.toggle("out", !run.shown);
  }
  for (const { element, runs } of chips) element.classList.toggle("out", !runs.some((run) => run.shown));

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
