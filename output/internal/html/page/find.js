// Search and filters, which select the nodes in the picture and in the table.

import { $, all, input } from "./dom.js";
import { plural } from "./words.js";
import { matches } from "./match.js";
import { chips, data, edges, nodes, runs, trunks } from "./nodes.js";
import { centre, showTexts } from "./view.js";
import { filterTable, inTable, sortedRows } from "./table.js";
import { current, deselect, select, selected, setCurrent } from "./details.js";

export const search = input("search");
/** @type {HTMLInputElement[]} */
const boxes = all(document, "#filters input");

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

/** @param {HTMLInputElement} box */
function innerBoxes(box) {
  const level = (/** @type {HTMLInputElement} */ b) => Number(b.dataset.level ?? 0);
  const following = boxes.slice(boxes.indexOf(box) + 1);
  const end = following.findIndex((b) => level(b) <= level(box));
  return end < 0 ? following : following.slice(0, end);
}

/**
 * summarize sets the state of an outer box to that of its inner ones.
 * @param {HTMLInputElement} box
 */
function summarize(box) {
  const inner = innerBoxes(box);
  if (inner.length === 0) return;
  box.checked = inner.every((b) => b.checked);
  box.indeterminate = !box.checked && inner.some((b) => b.checked || b.indeterminate);
}

/**
 * unchecked returns the values of a filter that are not checked.
 * @param {string} name
 * @returns {Set<number | undefined>}
 */
const unchecked = (name) => new Set(boxes.filter((b) => b.name === name && !b.checked && !b.indeterminate).map((b) => Number(b.value)));

/** apply shows the nodes that pass the filters and match every word of the search. */
export function apply() {
  markNodes();
  showEdges();

  if (!current?.shown) setCurrent(nodes.find((n) => n.shown && n.hub) ?? nodes.find((n) => n.shown));
  else setCurrent(current);
  if (selected && !selected.shown) deselect();
  filterTable();
  showTexts();
  tell();
}

/** markNodes decides which nodes are shown, and marks the others in the picture. */
function markNodes() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = unchecked("kind");
  const groups = unchecked("group");
  const values = unchecked("value");
  const parts = unchecked("part");
  for (const node of nodes) {
    node.passes = !kinds.has(node.kind) && !groups.has(node.group) && !values.has(node.value)
      && !(node.part && parts.has(0)) && !(node.idle && parts.has(1));
    node.shown = node.passes && words.every((word) => matches(node, word));
    node.element.classList.toggle("out", !node.shown);
    node.element.toggleAttribute("aria-hidden", false);
    if (!node.shown) node.element.setAttribute("aria-hidden", "true");
    // The focused node must keep its tabindex, or it would lose the focus.
    if (node.shown) node.element.setAttribute("tabindex", node === current ? "0" : "-1");
    else node.element.removeAttribute("tabindex");
  }
}

/** showEdges shows the edges between nodes that pass, if one of both is shown. */
function showEdges() {
  const outcomes = unchecked("run");
  const visible = (/** @type {number} */ i) => {
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
}

/** tell says how many nodes are shown, and whether there is a filter. */
function tell() {
  const filtered = boxes.some((b) => !b.checked);
  /** @type {HTMLButtonElement} */ ($("reset")).disabled = !filtered;
  $("show-filters").classList.toggle("active", filtered);
  const shown = nodes.filter((n) => n.shown).length;
  const jobs = nodes.filter((n) => n.job).length;
  const all = jobs ? `${plural(nodes.length - jobs, "node")} and ${plural(jobs, "job")}` : plural(nodes.length, "node");
  $("status").textContent = shown === nodes.length ? all
    : shown === 0 ? `No node ${jobs ? "or job " : ""}matches` : `${shown.toLocaleString("en")} of ${all}`;
}

/** @type {number | undefined} */
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
  if (inTable()) found.row.querySelector("button")?.focus();
  else { setCurrent(found); found.element.focus({ preventScroll: true }); }
  select(found);
  if (!inTable()) centre(found);
});

$("reset").addEventListener("click", () => {
  for (const box of boxes) Object.assign(box, { checked: true, indeterminate: false });
  apply();
  $("show-filters").focus();
});

$("show-filters").addEventListener("click", () => showFilters($("filters").hidden === true));

/** @param {boolean} show */
export function showFilters(show) {
  $("filters").hidden = !show;
  $("show-filters").setAttribute("aria-expanded", String(show));
}
