// The history of the network: a slider over the moments at which it changed, and what has
// changed between two of them.

import { $, input, make } from "./dom.js";
import { data, nodes } from "./nodes.js";
import { plural } from "./words.js";
import { momentWords } from "./ages.js";
import { mark, showPast } from "./live.js";

/** @typedef {{at: string, joined: number, left: number, changed: number}} Moment */
/** @typedef {{added: {id: string}[], removed: {id: string}[], changed: {id: string}[]}} Diff */

const mostNamedChanges = 12; // of each kind of change
const playStep = 900; // milliseconds between two moments that are played

const slider = input("moment");
/** @type {{moments: Moment[], base: string, timer: number | undefined, asked: number}} */
const past = { moments: [], base: "", timer: undefined, asked: 0 };

/** startPast offers the history, if a server shows the page. */
export function startPast() {
  if (!data.live || data.live.past) return;
  $("show-past").hidden = false;
  $("show-past").addEventListener("click", () => void togglePast());
  slider.addEventListener("input", () => { stopPlaying(); void goToMoment(Number(slider.value)); });
  $("now").addEventListener("click", () => { stopPlaying(); void goToMoment(past.moments.length); });
  $("play").addEventListener("click", () => (past.timer === undefined ? play() : stopPlaying()));
  $("compare").addEventListener("click", () => {
    past.base = past.base ? "" : atOf(Number(slider.value)) || new Date().toISOString();
    $("compare").setAttribute("aria-pressed", String(past.base !== ""));
    void compare(Number(slider.value));
  });
}

/** atOf returns the time of a moment; "" for now. */
const atOf = (/** @type {number} */ i) => past.moments[i]?.at ?? "";

/**
 * ask fetches a document of the server.
 * @param {string} url
 * @returns {Promise<any>}
 */
async function ask(url) {
  const answer = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(30000) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

/** togglePast shows or hides the history. Hiding it leads back to now. */
async function togglePast() {
  const open = $("past").hidden;
  $("past").hidden = !open;
  $("show-past").setAttribute("aria-expanded", String(open));
  if (open) {
    const { moments } = await ask(data.live?.history ?? "").catch(() => ({ moments: [] }));
    past.moments = moments;
    slider.max = slider.value = String(moments.length);
    drawMarks();
    tellMoment(moments.length);
    slider.focus();
    return;
  }
  stopPlaying();
  past.base = "";
  $("compare").setAttribute("aria-pressed", "false");
  $("difference").hidden = true;
  if (Number(slider.value) < past.moments.length) await goToMoment(past.moments.length);
}

/** drawMarks draws a mark for each moment, higher where more nodes joined or left. */
function drawMarks() {
  const { moments } = past;
  const every = Math.max(1, Math.ceil(moments.length / 400));
  $("marks").replaceChildren(...moments.flatMap((moment, i) => {
    if (i % every) return [];
    const bar = make("span", { className: moment.left > moment.joined ? "left" : moment.joined ? "joined" : "" });
    bar.style.left = (100 * i) / moments.length + "%";
    bar.style.height = Math.min(16, 4 + 3 * Math.log2(1 + moment.joined + moment.left + moment.changed)) + "px";
    return [bar];
  }));
}

/** tellMoment says which moment is shown, and what happened then. */
function tellMoment(/** @type {number} */ i) {
  const moment = past.moments[i];
  const count = (/** @type {number} */ n, /** @type {string} */ words) => (n ? `${n} ${words}` : "");
  const what = moment ? [count(moment.joined, "joined"), count(moment.left, "left"), count(moment.changed, "changed")].filter(Boolean).join(", ") : "";
  const words = moment ? [momentWords(moment.at, new Date()), what].filter(Boolean).join(" · ") : past.moments.length ? "now" : "now; nothing has changed yet";
  $("moment-words").textContent = words;
  slider.setAttribute("aria-valuetext", words);
}

/** goToMoment shows a moment, or now after the last. */
async function goToMoment(/** @type {number} */ i) {
  slider.value = String(i);
  tellMoment(i);
  const asked = ++past.asked;
  try {
    await showPast(atOf(i));
    if (asked === past.asked) await compare(i);
  } catch (error) {
    if (asked === past.asked) $("moment-words").textContent = "not shown: " + (error instanceof Error ? error.message : "no answer");
  }
}

function play() {
  if (Number(slider.value) >= past.moments.length) slider.value = "0";
  $("play").setAttribute("aria-pressed", "true");
  const next = async () => {
    const i = Number(slider.value);
    await goToMoment(i);
    if (past.timer === undefined) return;
    if (i >= past.moments.length) stopPlaying();
    else past.timer = setTimeout(() => { slider.value = String(i + 1); void next(); }, playStep);
  };
  past.timer = 0;
  void next();
}

function stopPlaying() {
  clearTimeout(past.timer);
  past.timer = undefined;
  $("play").setAttribute("aria-pressed", "false");
}

/** compare says what has changed between the moment to compare with and one, and marks it. */
async function compare(/** @type {number} */ i) {
  $("difference").hidden = past.base === "";
  if (!past.base) return;
  const shown = atOf(i);
  const [since, until] = shown && shown < past.base ? [shown, past.base] : [past.base, shown];
  const query = new URLSearchParams({ since });
  if (until) query.set("until", until);
  /** @type {Diff | undefined} */
  const diff = await ask(`${data.live?.changes}?${query}`).catch(() => undefined);
  const words = `From ${momentWords(since, new Date())} to ${until ? momentWords(until, new Date()) : "now"}`;
  if (!diff) {
    $("difference").replaceChildren(make("p", { textContent: words + ": no answer" }));
    return;
  }
  const ids = new Set([...diff.added, ...diff.changed].map(({ id }) => id));
  mark(nodes.filter((node) => ids.has(node.id)));
  const lines = /** @type {[string, {id: string}[]][]} */ ([["joined", diff.added], ["left", diff.removed], ["changed", diff.changed]]).flatMap(([what, some]) => {
    if (some.length === 0) return [];
    const named = some.slice(0, mostNamedChanges).map(({ id }) => id).join(", ") + (some.length > mostNamedChanges ? ", …" : "");
    return [make("p", {}, make("b", { textContent: `${plural(some.length, "node")} ${what}` }), " " + named)];
  });
  $("difference").replaceChildren(make("p", { textContent: words + (lines.length ? ":" : ": no difference") }), ...lines);
}
