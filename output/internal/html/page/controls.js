// What the reader chooses for the picture: groups, colours, the fill of tiles, their names.

import { $, all, make } from "./dom.js";
import { data, nodes } from "./nodes.js";
import { view } from "./view.js";
import { fieldOf } from "./fields.js";
import { tonesOf } from "./choose.js";
import { readColors } from "./looks.js";
import { changed } from "./link.js";

/** @typedef {import("./choose.js").Choice} Choice */

const mostValues = 200; // of a label that nodes are grouped or coloured by

/** @type {Choice} */
export let choice = {};

const menus = /** @type {const} */ (["group-by", "then-by", "color-by", "fill-by", "label-by"]);

/**
 * The value of an option is "" for what the picture was made with, else = and what is chosen.
 * @param {string} id
 */
const menu = (id) => /** @type {HTMLSelectElement} */ ($(id));

/** commonFields returns the fields and labels by which nodes can be grouped. */
function commonFields() {
  /** @type {Map<string, Set<string>>} */
  const values = new Map();
  const add = (/** @type {string} */ field, /** @type {string} */ value) => {
    const own = values.get(field) ?? new Set();
    values.set(field, own);
    if (value !== "" && own.size <= mostValues) own.add(value);
  };
  const builtIn = ["@state", "@membership", "@version", "@engine", "@orchestrator", "@source"];
  for (const node of nodes) {
    if (node.hub || node.job) continue;
    for (const field of builtIn) add(field, fieldOf(node, field));
    for (const key of Object.keys(node.labels)) add(key, node.labels[key]);
  }
  const usable = [...values].filter(([, own]) => own.size > 0 && own.size <= mostValues).map(([field]) => field);
  return [...usable.filter((field) => !field.startsWith("@")).sort(), ...usable.filter((field) => field.startsWith("@"))];
}

/** openControls begins to take choices. */
export function openControls() {
  for (const id of menus) menu(id).addEventListener("change", () => { choose(chosen()); changed(); });
  renewControls();
}

/** renewControls fills the lists with what the nodes have now, if the view can show it. */
export function renewControls() {
  $("look").hidden = !view.choose;
  if (!view.choose) return;
  const fields = commonFields();
  const named = fields.map((field) => [field, field.replace(/^@/, "")]);
  const lists = {
    "group-by": [["", "as drawn"], ["none", "nothing"], ...named],
    "then-by": [["", "nothing"], ...named],
    "color-by": [["", "as drawn"], ["none", "state"], ...named],
    "fill-by": [["", "as drawn"], ...["cpu", "memory", "disk", "gpu", "none"].map((name) => [name, name])],
    "label-by": [["", "as drawn"], ["none", "short ID"], ["id", "ID"], ...fields.filter((field) => !field.startsWith("@")).map((field) => [field, field])],
  };
  for (const id of menus) {
    const text = JSON.stringify(lists[id]);
    if (menu(id).dataset.list === text) continue; // it may have the focus
    menu(id).dataset.list = text;
    menu(id).replaceChildren(...lists[id].map(([value, name]) => make("option", { value, textContent: name })));
  }
  showChoice();
}

/** chosen returns what the lists say. */
function chosen() {
  /** @type {Choice} */
  const to = {};
  const [group, then, color, fill, label] = menus.map((id) => menu(id).value);
  if (group) to.group = group === "none" ? [] : [group, then].filter((field) => field !== "" && field !== "none");
  if (color) to.color = color === "none" ? "" : color;
  if (fill) to.fill = fill;
  if (label) to.label = label === "none" ? "" : label;
  return to;
}

/**
 * choose shows a choice in the picture and in the lists.
 * @param {Choice} to
 */
export function choose(to) {
  const same = JSON.stringify(to) === JSON.stringify(choice);
  choice = to;
  if (!view.choose || same) return;
  view.choose(choice);
  showChoice();
}

/** showChoice shows the choice in the lists, and what its colours mean. */
function showChoice() {
  const { group, color, fill, label } = choice;
  const pick = (/** @type {string} */ id, /** @type {string | undefined} */ value) => {
    menu(id).value = value === undefined ? "" : value === "" ? "none" : value;
  };
  pick("group-by", group && (group[0] ?? ""));
  pick("then-by", group?.[1]);
  pick("color-by", color);
  pick("fill-by", fill);
  pick("label-by", label);
  $("then").hidden = !group?.[0];
  for (const [name, own] of [["value", color], ["group", group]]) {
    const box = document.querySelector(`#filters input[name=${name}]`)?.closest("fieldset");
    if (box) box.hidden = own !== undefined;
  }
  $("tones").replaceChildren(...legendOf(color));
  showScale();
}

const filled = /** @type {Object<string, string>} */ ({ cpu: "CPU", memory: "memory", disk: "disk", gpu: "GPUs" });

/** showScale shows the legend of shades for the share of a capacity, if that is what colours stand for. */
function showScale() {
  const scale = /** @type {HTMLElement | null} */ (document.querySelector("#filters .scale"));
  if (!scale) return;
  const { color, fill = data.fill } = choice;
  scale.hidden = Boolean(color) || choice.fill === "none";
  const name = filled[fill];
  if (!name) return;
  for (const line of all(scale, "h2, p")) {
    const text = line.lastChild;
    const start = line.matches("h2") ? name[0].toUpperCase() + name.slice(1) : name;
    if (text?.textContent) text.textContent = text.textContent.replace(/(?:CPU|memory|disk|GPUs) in use$/i, start + " in use");
  }
}

/**
 * legendOf returns a line for each value that colours stand for.
 * @param {string} [color]
 */
function legendOf(color) {
  if (!color) return [];
  const values = nodes.filter((node) => !node.hub && !node.job).map((node) => fieldOf(node, color));
  const colors = readColors();
  return [...tonesOf(values)].slice(0, 40).map(([value, tone]) => {
    const swatch = make("span", { className: "tone" });
    swatch.style.background = colors(tone);
    return make("p", {}, swatch, make("span", { className: "item" }, value), make("span", { className: "count" }, String(values.filter((v) => v === value).length)));
  });
}
