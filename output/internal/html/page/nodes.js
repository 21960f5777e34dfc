"use strict";

// The nodes: objects with the data of each node, its element of the picture and its
// row of the table. All other parts of the script use them.

const $ = (id) => document.getElementById(id);

const data = JSON.parse($("data").textContent);
const nodes = data.nodes;
const stage = $("stage");
const svg = stage.querySelector("svg");
const list = svg.querySelector(".nodes");

// The table has a row with most facts of each node. Columns that would be empty are
// left out.
const body = document.querySelector("tbody");
const columns = [...document.querySelectorAll("thead th")].map((head) => ({ head, name: head.textContent, amount: head.className === "amount" }));
const places = new Map(columns.map(({ name }, i) => [name, i]));
const cell = (node, name) => node.row.cells[places.get(name)];
const text = (node, name) => cell(node, name)?.textContent ?? "";
[...body.rows].forEach((row, i) => {
  const node = nodes[i];
  row.node = node;
  Object.assign(node, { row, label: text({ row }, "Name"), id: text({ row }, "ID"), role: text({ row }, "Role") });
});

// The edges of hubs are one path, and those of removed nodes another; their segments
// are in the order of data.links. Edges that are part of a trunk follow; those of jobs,
// which are a path each, are last.
const edges = [...svg.querySelectorAll(".edge")].map((path) => ({ path, segments: path.getAttribute("d").split(/(?=M)/) }));
const segments = edges.flatMap((e) => e.segments);
const trunks = [...svg.querySelectorAll(".trunk")].map((element) => ({ element, d: element.getAttribute("d"), links: [] }));
for (const i of data.trunks ?? []) {
  trunks[i].links.push(segments.length);
  segments.push(trunks[i].d);
}
const hubEdges = segments.length;
const counts = [...svg.querySelectorAll(".counts .count")];
const runLines = [...svg.querySelectorAll(".runs .run")];
// A chip stands for one run or for several, and is seen as long as one of them is.
const chips = [...svg.querySelectorAll(".chips .chip")].map((element) => {
  const [x, y, w, h] = ["x", "y", "width", "height"].map((name) => Number(element.querySelector("rect").getAttribute(name)));
  return { element, d: `M${x} ${y}h${w}v${h}h${-w}Z`, runs: [] };
});
const runs = (data.runs ?? []).map((from, i) => {
  const run = { ...from, link: hubEdges + i, elements: [] };
  const chip = chips[run.chip - 1];
  if (chip) {
    chip.runs.push(run);
  } else {
    run.elements.push(runLines.shift());
    if (run.counted) run.elements.push(counts.shift());
  }
  segments.push(chip ? chip.d : run.elements[0].getAttribute("d"));
  return run;
});
data.links.forEach(([from, to], i) => {
  for (const end of [from, to]) (nodes[end].links ??= []).push(i);
});

const nodeOf = new WeakMap();

list.querySelectorAll(".node").forEach((element, i) => {
  const node = nodes[i];
  node.element = element;
  node.index = i;
  nodeOf.set(element, node);

  const outline = element.querySelector(".outline");
  const number = (name) => Number(outline.getAttribute(name));
  if (outline.tagName === "circle") {
    Object.assign(node, { x: number("cx"), y: number("cy"), w: 2 * number("r"), h: 2 * number("r") });
  } else {
    Object.assign(node, { w: number("width"), h: number("height"), corner: number("rx") });
    Object.assign(node, { x: number("x") + node.w / 2, y: number("y") + node.h / 2 });
  }

  // A link would be a control within an option, so it moves to the details.
  const link = element.closest("a");
  if (link) {
    node.link = link.getAttribute("href");
    link.replaceWith(element);
  }

  node.kindName = data.kinds[node.kind];
  node.stateName = text(node, "State");
  node.groupPath = node.group ? data.groups[node.group - 1] : [];
  node.states = node.stateName.toLowerCase().split(/[ ,]+/);
  node.words = columns.map(({ name, amount }) => amount || name === "State" ? "" : text(node, name)).join("\n").toLowerCase();

  // The accessible name is short, and contains the drawn label. The tooltip, which
  // would be part of it, is only in the element while the pointer is over it.
  node.tip = element.querySelector("title");
  node.tip.remove();
  const drawn = element.textContent;
  const alias = node.label.includes(drawn) ? "" : "shown as " + drawn;
  element.setAttribute("role", "option");
  element.setAttribute("aria-label", [node.label, node.role, cell(node, "Change")?.firstChild?.textContent, node.stateName, alias].filter(Boolean).join(", "));
});

list.addEventListener("pointerover", (event) => {
  const node = nodeOf.get(event.target.closest(".node"));
  if (node && !node.tip.isConnected) node.element.prepend(node.tip);
});
list.addEventListener("pointerout", (event) => {
  nodeOf.get(event.target.closest(".node"))?.tip.remove();
});

// An img has no parts for assistive technology. These can be reached, so it is a group.
svg.setAttribute("role", "group");
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Nodes");
document.body.classList.add("on");

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

// plural returns a number with a noun.
const plural = (n, noun) => n.toLocaleString("en") + " " + noun + (n === 1 ? "" : "s");

// make creates an element with properties and children.
function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

// draw creates an element of the picture.
function draw(name, attributes) {
  const element = document.createElementNS(svg.namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
