"use strict";

// The nodes: what data says of each, and the element of the picture that shows
// it. The page works with these objects from here on.

const $ = (id) => document.getElementById(id);

const data = JSON.parse($("data").textContent);
const nodes = data.nodes;
const stage = $("stage");
const svg = stage.querySelector("svg");
const list = svg.querySelector(".nodes");

// The table says most of each node, in a row. Its columns are those that any node has
// something for.
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

// The edges are one path, and those of nodes that went another; their segments are
// in the order of data.links. Those of jobs, which come after them, are a path each.
const edges = [...svg.querySelectorAll(".edge")].map((path) => ({ path, segments: path.getAttribute("d").split(/(?=M)/) }));
const segments = edges.flatMap((e) => e.segments);
const spokes = segments.length;
const counts = [...svg.querySelectorAll(".counts .count")];
const runs = [...svg.querySelectorAll(".runs .run")].map((element, i) => {
  segments.push(element.getAttribute("d"));
  const run = data.runs[i];
  return { ...run, link: spokes + i, elements: run.counted ? [element, counts.shift()] : [element] };
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
    Object.assign(node, { w: number("width"), h: number("height") });
    Object.assign(node, { x: number("x") + node.w / 2, y: number("y") + node.h / 2 });
  }

  // A link would be a control within an option: it moves to the details.
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

  // The name is short, and has what is drawn in it. The tooltip, which would be part
  // of it, is there while the pointer is.
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

// An image has no parts. Now that they can be reached, it is a group of things.
svg.setAttribute("role", "group");
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "Nodes");
document.body.classList.add("on");

const calm = matchMedia("(prefers-reduced-motion: reduce)");

// plural says how many of a thing there are.
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
