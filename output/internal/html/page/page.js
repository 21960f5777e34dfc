// The details of a node, and the keys.

let current; // the one node that Tab reaches; arrows move on from it
let selected; // the node whose details are shown

function setCurrent(node) {
  if (current?.shown) current.element.setAttribute("tabindex", "-1");
  current = node;
  current?.element.setAttribute("tabindex", "0");
}

// select shows the details of a node, and moves the focus to them if enter is set.
function select(node, enter) {
  deselect();
  selected = node;
  node.element.setAttribute("aria-selected", "true");
  node.row?.classList.add("selected");
  ring("selected", node);
  highlight.setAttribute("d", (node.links ?? []).map((i) => segments[i]).join(""));

  $("details-name").textContent = node.label;
  $("facts").replaceChildren(...facts(node));
  $("link").hidden = !node.link;
  if (node.link) $("link").href = node.link;
  $("centre").hidden = !node.shown;
  $("details").hidden = false;
  $("details").scrollTop = 0;
  if (!inTable()) reveal(node);
  if (enter) $("details-name").focus();
}

function deselect() {
  if (!selected) return;
  selected.element.removeAttribute("aria-selected");
  selected.row?.classList.remove("selected");
  selected = undefined;
  ring("selected");
  highlight.removeAttribute("d");
  $("details").hidden = true;
}

// back closes the details, and moves the focus back to their node.
function back() {
  const node = selected;
  const inside = $("details").contains(document.activeElement);
  deselect();
  if (inside && inTable()) node.row.querySelector("button").focus();
  else if (inside) focusNode(node);
}

function focusNode(node) {
  setCurrent(node);
  node.element.focus({ preventScroll: true });
  reveal(node);
}

// facts returns the terms and values of the details of a node.
function facts(node) {
  const all = [];
  const fact = (term, value) => {
    if (value === undefined || value === "" || value.length === 0) return;
    all.push(make("dt", { textContent: term }), make("dd", {}, ...[value].flat()));
  };
  fact("ID", node.id);
  fact("Role", node.hub ? node.role + ", hub of this picture" : node.role);
  const lines = (name) => [...cell(node, name)?.children ?? []].map((part) => make("span", { className: "label" }, ...part.cloneNode(true).childNodes));
  fact("Change", lines("Change"));
  fact("State", node.state);
  fact("Type", node.type);
  fact("Membership", node.membership);
  const members = text(node, "Nodes"); // number of drawn ones
  if (members) fact("Nodes", `${members === `${node.connected}` ? "" : `${node.connected ?? 0} of `}${members} connected${node.awaiting ? `, ${node.awaiting} awaiting reconnection` : ""}`);
  fact("Group", node.groupPath.join(" / "));
  if (node.used !== undefined) fact("In use", Math.round(node.used * 100) + " %");
  fact("Version", text(node, "Version"));
  fact("Engines", text(node, "Engines"));
  const amount = (name, words) => text(node, name) && words(text(node, name));
  fact("Capacity", [amount("CPU", (n) => plural(Number(n), "core")), amount("Memory", (n) => n + " memory"),
    amount("Disk", (n) => n + " disk"), amount("GPU", (n) => plural(Number(n), "GPU"))].filter(Boolean).join(", "));
  const other = (i) => nodes[data.links[i].find((end) => end !== node.index)];
  const goTo = (to) => {
    const button = make("button", { type: "button", className: "name", textContent: to.label, disabled: !to.shown });
    button.addEventListener("click", () => { setCurrent(to); select(to, true); });
    return button;
  };
  const links = node.links ?? [];
  const others = links.filter((i) => i < hubEdges).map(other);
  fact("Linked to", others.length > 8 ? plural(others.length, "node") : others.map(goTo));
  const jobLinks = links.filter((i) => i >= hubEdges);
  fact("Executions", text(node, "Executions"));
  fact(node.job ? "Nodes" : "Jobs", jobLinks.length > 30 ? String(jobLinks.length) : jobLinks.map((i) =>
    make("span", { className: "execution" }, goTo(other(i)), " " + runs[i - hubEdges].words)));
  fact("Labels", lines("Labels"));
  return all;
}

// next returns the nearest node in the direction of an arrow. A distance to the side
// counts twice.
function next(from, [dx, dy]) {
  let best;
  let least = Infinity;
  for (const node of nodes) {
    const along = (node.x - from.x) * dx + (node.y - from.y) * dy;
    const aside = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx);
    if (!node.shown || node === from || along <= 0.01) continue;
    const far = along + 2 * aside + (aside > along ? 1e6 : 0);
    if (far < least) [best, least] = [node, far];
  }
  return best;
}

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The listeners are on the stage, because Tab stops at parts of an SVG with a listener
// for the focus.
stage.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const node = nodeOf.get(event.target);
  if (!node) return;
  const shown = nodes.filter((n) => n.shown);
  let to;
  if (event.key in arrows) to = next(node, arrows[event.key]);
  else if (event.key === "Home") to = shown[0];
  else if (event.key === "End") to = shown.at(-1);
  else if (event.key === "Enter" || event.key === " ") select(node, true);
  else return;
  event.preventDefault();
  if (!to) return;
  focusNode(to);
  if (selected) select(to);
});

stage.addEventListener("focusin", (event) => {
  const node = nodeOf.get(event.target);
  if (!node) return;
  setCurrent(node);
  if (event.target.matches(":focus-visible")) { ring("focused", node); reveal(node); }
});
stage.addEventListener("focusout", () => ring("focused"));

stage.addEventListener("click", (event) => {
  if (dragged) return;
  const element = event.target.closest(".node, .names > g");
  const node = element ? nodeOf.get(element) : event.pointerType === "touch" ? nearest(event) : undefined;
  if (!node) return deselect();
  setCurrent(node);
  select(node);
});

// nearest returns the node nearest to a touch, which may miss a small node.
function nearest(event) {
  const { left, top } = stage.getBoundingClientRect();
  let best;
  let least = 20; // pixels from its outline
  for (const node of nodes) {
    const { x, y } = screen(node);
    const half = unit * view.k / 2;
    const far = Math.hypot(Math.max(0, Math.abs(event.clientX - left - x) - node.w * half), Math.max(0, Math.abs(event.clientY - top - y) - node.h * half));
    if (node.shown && far < least) [best, least] = [node, far];
  }
  return best;
}

$("close").addEventListener("click", back);
$("centre").addEventListener("click", () => {
  const node = selected;
  show(false);
  if (innerWidth < 760) deselect();
  centre(node);
  setCurrent(node);
  node.element.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target === search;
  switch (event.key) {
    case "Escape":
      if (selected) back();
      else if (search.value) { search.value = ""; apply(); }
      else if (typing) search.blur();
      else if (innerWidth < 760 && !$("filters").hidden) { showFilters(false); $("show-filters").focus(); }
      else return;
      break;
    case "/":
      if (typing) return;
      search.focus();
      search.select();
      break;
    case "+": case "=": case "-": case "0":
      if (typing || inTable()) return;
      if (event.key === "0") { glide(); fit(); } else zoom(event.key === "-" ? 1 / 1.25 : 1.25);
      break;
    default:
      return;
  }
  event.preventDefault();
});

showFilters(innerWidth >= 1000);
ring("selected");
ring("focused");
fit();
apply();
