// The details of a node.

import { $, make } from "./dom.js";
import { amount, plural } from "./words.js";
import { sumsOf } from "./sums.js";
import { copy } from "./copy.js";
import { changed } from "./link.js";
import { data, hubEdges, nodes, runs } from "./nodes.js";
import { focusNode, selected, selection, setCurrent, setSelection, view } from "./view.js";
import { focusRow, inTable, show, showRows } from "./table.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */

/**
 * select selects one node and shows its details, and moves the focus to them if enter is set.
 * @param {PageNode} node
 * @param {boolean} [enter]
 */
export function select(node, enter) {
  selectAll([node], enter);
}

/**
 * toggle adds a node to the selection, or takes it away.
 * @param {PageNode} node
 */
export function toggle(node) {
  const without = [...selection].filter((n) => n !== node);
  selectAll(selection.has(node) ? without : [...without, node]);
}

/**
 * selectAll selects nodes, and shows the details of one, or the sums of several.
 * @param {Iterable<PageNode>} to
 * @param {boolean} [enter]
 */
export function selectAll(to, enter) {
  setSelection(to);
  showRows();
  fillDetails();
  changed();
  if (!selected) return;
  $("details").scrollTop = 0;
  if (!inTable() && selection.size === 1) view.reveal(selected);
  if (enter) $("details-name").focus();
}

/** fillDetails shows what is known of the selection now. */
export function fillDetails() {
  const several = selection.size > 1;
  $("details").hidden = selection.size === 0;
  if (!selected) return;
  $("details-name").textContent = several ? plural(selection.size, "node") : selected.label;
  const newFacts = several ? sharedFacts([...selection]) : facts(selected);
  if ($("facts").textContent !== newFacts.map((fact) => fact.textContent).join("")) $("facts").replaceChildren(...newFacts); // else the focus may stay in it
  $("link").hidden = several || !selected.link;
  if (selected.link) $("link").setAttribute("href", selected.link);
  $("centre").hidden = several || !selected.shown;
  $("copy").textContent = several ? "Copy IDs" : "Copy ID";
}

/** deselect selects nothing, and hides the details. */
export function deselect() {
  if (selection.size > 0) selectAll([]);
}

/** back closes the details, and moves the focus back to their node. */
export function back() {
  const node = selected;
  if (!node) return;
  const inside = $("details").contains(document.activeElement);
  deselect();
  if (inside && inTable()) focusRow(node);
  else if (inside) focusNode(node);
}

/** factList returns a list of terms and values, and a function that adds to it. */
function factList() {
  /** @type {HTMLElement[]} */
  const all = [];
  /**
   * @param {string} term
   * @param {string | undefined | (string | Node)[]} value
   */
  const fact = (term, value) => {
    if (value === undefined || value.length === 0) return;
    all.push(make("dt", { textContent: term }), make("dd", {}, ...[value].flat()));
  };
  return { all, fact };
}

/**
 * sharedFacts returns the terms and values of several nodes: what they have together.
 * @param {PageNode[]} several
 */
function sharedFacts(several) {
  const { all, fact } = factList();
  const sums = sumsOf(several);
  fact("Capacity", amounts(sums.all));
  if (sums.reporting) fact("Free", amounts(sums.free));
  if (sums.reporting) fact("In use", amounts(sums.used));
  if (sums.reporting && sums.reporting < sums.having) fact("Reported by", `${sums.reporting} of ${plural(sums.having, "node")}`);
  fact("Running", sums.running ? plural(sums.running, "execution") : "");
  fact("Waiting", sums.waiting ? plural(sums.waiting, "execution") : "");
  fact("Nodes", several.slice(0, 20).map(goTo));
  if (several.length > 20) fact("And", plural(several.length - 20, "more node"));
  return all;
}

/**
 * facts returns the terms and values of the details of a node.
 * @param {PageNode} node
 */
function facts(node) {
  const { all, fact } = factList();
  fact("ID", node.id);
  fact("Role", node.hub ? node.role + ", hub of this picture" : node.role);
  fact("Change", node.changes.map((line) => make("span", { className: "label" }, line)));
  fact("State", node.state);
  fact("Type", node.type);
  fact("Membership", node.membership);
  const { members, connected } = node; // of the drawn ones
  if (members) fact("Nodes", `${members === connected ? "" : `${connected} of `}${members} connected${node.awaiting ? `, ${node.awaiting} awaiting reconnection` : ""}`);
  fact("Group", node.groupPath.join(" / "));
  if (node.share !== undefined) fact("In use", Math.round(node.share * 100) + " %");
  fact("Version", node.version);
  fact("Engines", node.engines.join(", "));
  fact("Capacity", amounts(node));
  fact("Free", amounts(node.free));
  fact("Running", node.running === undefined ? "" : plural(node.running, "execution"));
  fact("Waiting", node.waiting ? [plural(node.waiting, "execution"), amounts(node.queued)].filter(Boolean).join(": ") : "");
  const links = node.links ?? [];
  const other = (/** @type {number} */ i) => nodes[/** @type {number} */ (data.links[i].find((end) => end !== node.index))];
  const others = links.filter((i) => i < hubEdges).map(other);
  fact("Linked to", others.length > 8 ? plural(others.length, "node") : others.map(goTo));
  const jobLinks = links.filter((i) => i >= hubEdges);
  fact("Executions", node.executions?.toString());
  fact(node.job ? "Nodes" : "Jobs", jobLinks.length > 30 ? String(jobLinks.length) : jobLinks.map((i) =>
    make("span", { className: "execution" }, goTo(other(i)), " " + runs[i - hubEdges].words)));
  fact("Labels", Object.keys(node.labels).sort().map((key) =>
    make("span", { className: "label" }, make("span", { className: "key" }, key), "=" + node.labels[key])));
  return all;
}

/**
 * amounts returns the words for amounts that are known.
 * @param {import("./data.js").Amounts} [of]
 */
function amounts({ cpu, memory, disk, gpu } = {}) {
  /** @type {[string, number | undefined, string][]} */
  const known = [["cpu", cpu, ""], ["memory", memory, " memory"], ["disk", disk, " disk"], ["gpu", gpu || undefined, ""]];
  return known.flatMap(([name, x, words]) => x === undefined ? [] : [amount(name, x) + words]).join(", ");
}

/**
 * goTo returns a button that shows the details of another node.
 * @param {PageNode} to
 */
function goTo(to) {
  const button = make("button", { type: "button", className: "name", textContent: to.label, disabled: !to.shown });
  button.addEventListener("click", () => { setCurrent(to); select(to, true); });
  return button;
}

$("close").addEventListener("click", back);
$("centre").addEventListener("click", () => {
  const node = selected;
  if (!node) return;
  show(false);
  if (innerWidth < 760) deselect();
  view.centre(node);
  setCurrent(node);
  view.focus(node);
});
$("copy").addEventListener("click", () => copy($("copy"), [...selection].map((node) => node.id).join("\n")));
