// The state of the page in the fragment of its URL, so that a link shows somebody else the
// same, and Back leads to what was shown before.

import { nodes, stage } from "./nodes.js";
import { selection, view } from "./view.js";
import { apply, hidden, hide, search } from "./find.js";
import { inTable, show, sortBy, sortedBy } from "./table.js";
import { choice, choose } from "./controls.js";
import { selectAll } from "./details.js";
import { baseOfPast, momentOfPast, restorePast } from "./past.js";
import { readState, writeState } from "./state.js";

const mostSelected = 50; // a link of more would be too long for a message

/** @type {string[]} */
let others = [];
let started = false;
let turns = 0;

/** @type {number | undefined} */
let timer;

/** fragment returns the state of the page. */
function fragment() {
  const sel = [...selection].slice(0, mostSelected).map((node) => node.id);
  return writeState({ q: search.value, hide: hidden(), table: inTable(), sort: inTable() ? sortedBy() : "", sel, choice, at: view.state?.() ?? "", moment: momentOfPast(), base: baseOfPast(), others });
}

/** linkNow returns the address that shows what is shown now. */
export function linkNow() {
  const now = fragment();
  return location.href.replace(/#.*$/, "") + (now && "#" + now);
}

/** changed notes that the state of the page has changed. */
export function changed() {
  if (!started) return;
  clearTimeout(timer);
  timer = setTimeout(write, 250);
}

/**
 * write puts the state into the URL. A search as it is typed, a picture as it is moved and
 * the moments of the past are one step back, anything else is a step of its own.
 */
function write() {
  const now = fragment();
  const before = location.hash.replace(/^#/, "");
  if (now === before) return;
  const steps = (/** @type {string} */ text) => text.split("&").filter((part) => !/^(q|at|moment)=/.test(part)).join("&");
  const typed = steps(now) === steps(before) && (readState(before).q !== "" || readState(now).q === "");
  try {
    history[typed ? "replaceState" : "pushState"](null, "", "#" + now);
  } catch {
    // A page in a frame may have no history.
  }
}

/** restore shows the state of the URL, and once the data of its moment is there, shows it on that. */
function restore() {
  const state = readState(location.hash);
  const turn = ++turns;
  started = false;
  restoreShown(state);
  void restorePast(state.moment, state.base).then((other) => {
    if (turn !== turns) return;
    if (other) restoreShown(state);
    started = true;
  });
}

/** restoreShown shows a state on the data that is there. */
function restoreShown(/** @type {import("./state.js").State} */ state) {
  others = state.others;
  search.value = state.q;
  hide(state.hide);
  choose(state.choice);
  apply();
  if (state.table !== inTable()) show(state.table);
  if (state.table) sortBy(state.sort.replace(/^-/, ""), state.sort.startsWith("-"));
  const wanted = new Set(state.sel);
  selectAll(wanted.size ? nodes.filter((node) => node.shown && wanted.has(node.id)) : []);
  if (state.at) view.restore?.(state.at);
  else if (!state.table) view.fit();
}

/** startLink shows the state of the URL that the page was opened with, and follows it. */
export function startLink() {
  restore();
  addEventListener("popstate", () => { clearTimeout(timer); restore(); });
  for (const event of ["wheel", "pointerup", "scroll", "keyup"]) stage.addEventListener(event, changed, { passive: true });
}
