// Search and filters, which select the nodes in the picture and in the table.

import { $, all, input, make } from "./dom.js";
import { plural } from "./words.js";
import { complete } from "./complete.js";
import { fields, labelKeys } from "./fields.js";
import { readQuery } from "./query.js";
import { sumWords, sumsOf } from "./sums.js";
import { data, linkShown, nodes, runs } from "./nodes.js";
import { current, focusNode, selection, setCurrent, view } from "./view.js";
import { filterTable, focusRow, inTable, listedNodes } from "./table.js";
import { select, selectAll } from "./details.js";
import { changed } from "./link.js";

export const search = input("search");
let keys = labelKeys(nodes);
$("fields").textContent = fields.map((f) => f.name).join(", ");

/** @type {HTMLInputElement[]} */
let boxes = [];

/**
 * openFilters finds the boxes of filters. Those of groups have the order of their paths, inner groups after the outer one.
 * The box of an outer group changes those of its inner groups.
 */
function openFilters() {
  boxes = all($("boxes"), "input");
  for (const box of boxes) {
    const inner = box.dataset.level ? innerBoxes(box) : [];
    box.addEventListener("change", () => {
      for (const b of inner) Object.assign(b, { checked: box.checked, indeterminate: false });
      boxes.filter((b) => b.dataset.level).reverse().forEach(summarize);
      apply();
    });
  }
}
openFilters();

/**
 * renewFilters shows the filters of newer data. Boxes of the same names stay as they are.
 * @param {string} html
 */
export function renewFilters(html) {
  keys = labelKeys(nodes);
  const nameOfBox = (/** @type {HTMLInputElement} */ box) => [box.name, box.dataset.level, box.closest("label")?.querySelector(".item")?.textContent].join();
  const old = new Map(boxes.map((box) => [nameOfBox(box), box.checked]));
  const focus = boxes.find((box) => box === document.activeElement);
  $("boxes").innerHTML = html;
  openFilters();
  for (const box of boxes) box.checked = old.get(nameOfBox(box)) ?? true;
  boxes.filter((b) => b.dataset.level).reverse().forEach(summarize);
  if (focus) boxes.find((box) => nameOfBox(box) === nameOfBox(focus))?.focus();
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
 * boxName returns the name of a filter, as a link has it.
 * @param {HTMLInputElement} box
 */
function boxName(box) {
  const path = box.name === "group" ? (data.groups ?? [])[Number(box.value) - 1]?.join("/") : undefined;
  return `${box.name}:${path ?? box.closest("label")?.querySelector(".item")?.textContent}`;
}

/** hidden returns the names of the filters that are off. */
export const hidden = () => boxes.filter((box) => !box.checked && !box.indeterminate).map(boxName);

/**
 * hide turns off the filters of these names, and all others on.
 * @param {string[]} names
 */
export function hide(names) {
  const off = new Set(names);
  for (const box of boxes) Object.assign(box, { checked: !off.has(boxName(box)), indeterminate: false });
  boxes.filter((b) => b.dataset.level).reverse().forEach(summarize);
}

/**
 * unchecked returns the values of a filter that are not checked.
 * @param {string} name
 * @returns {Set<number | undefined>}
 */
const unchecked = (name) => new Set(boxes.filter((b) => b.name === name && !b.checked && !b.indeterminate).map((b) => Number(b.value)));

/** apply shows the nodes that pass the filters and match the search. */
export function apply() {
  markNodes();
  markLinks();

  if (!current?.shown) setCurrent(nodes.find((n) => n.shown && n.hub) ?? nodes.find((n) => n.shown));
  else setCurrent(current);
  if ([...selection].some((node) => !node.shown)) selectAll([...selection].filter((node) => node.shown));
  filterTable();
  view.refresh();
  tell();
  changed();
}

/** markNodes decides which nodes are shown. */
function markNodes() {
  const query = readQuery(search.value, keys, nodes);
  $("hint").textContent = query.hints.join("; ");
  const kinds = unchecked("kind");
  const groups = unchecked("group");
  const values = unchecked("value");
  const parts = unchecked("part");
  for (const node of nodes) {
    node.passes = !kinds.has(node.kind) && !groups.has(node.group) && !values.has(node.value)
      && !(node.part && parts.has(0)) && !(node.idle && parts.has(1));
    node.shown = node.passes && query.matches(node);
  }
}

/** markLinks decides which links are shown: those between nodes that pass, if one of both is shown. */
function markLinks() {
  const outcomes = unchecked("run");
  data.links.forEach(([i, k], link) => {
    const [from, to] = [nodes[i], nodes[k]];
    linkShown[link] = Number(from.passes && to.passes && (from.shown || to.shown));
  });
  for (const run of runs) run.shown = linkShown[run.link] === 1 && !outcomes.has(run.outcome);
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
  $("sums").textContent = sumWords(sumsOf(nodes.filter((n) => n.shown)));
}

/** makeRoom leaves room for what is told, whose lines wrap where the window is narrow. */
function makeRoom() {
  const { bottom } = $("found").getBoundingClientRect();
  const inside = bottom - ($("found").parentElement?.getBoundingClientRect().top ?? 0);
  const { style } = document.documentElement;
  style.setProperty("--found", Math.max(40, Math.ceil(inside + 9)) + "px");
  style.setProperty("--below", Math.max(84, Math.ceil(bottom + 9)) + "px");
}
const room = new ResizeObserver(makeRoom);
for (const element of [$("found"), document.body.firstElementChild]) if (element) room.observe(element);

/** @type {number | undefined} */
let typing;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(apply, 60);
  const options = complete(search.value, keys, nodes).map((value) => make("option", { value }));
  $("completions").replaceChildren(...options);
});

search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // it would press the button that gets the focus
  clearTimeout(typing);
  apply();
  const found = inTable() ? listedNodes()[0] : nodes.find((n) => n.shown);
  if (!found) return;
  if (inTable()) focusRow(found);
  else focusNode(found);
  select(found);
  if (!inTable()) view.centre(found);
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
