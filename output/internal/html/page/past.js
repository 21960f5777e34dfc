// The history of the network: a slider over the moments at which it changed, and what has
// changed between two of them.

import { $, input, make } from "./dom.js";
import { data, nodes } from "./nodes.js";
import { plural } from "./words.js";
import { momentWords } from "./ages.js";
import { isFixed, mark, serverTime, showPast } from "./live.js";
import { changed } from "./link.js";

/** @typedef {{at: string, joined: number, left: number, changed: number}} Moment */
/** @typedef {{added: {id: string}[], removed: {id: string}[], changed: {id: string}[]}} Diff */

const mostNamedChanges = 12; // of each kind of change
const playStep = 900; // milliseconds between two moments that are played

const dragPause = 120; // milliseconds that the slider rests before its moment is fetched
const renewPause = 1000; // milliseconds between a change and the newer list of moments

const slider = input("moment");
/**
 * What is shown is the network at a time, or with "" of now; it is compared with that of base.
 * @type {{moments: Moment[], at: string, base: string, timer: number | undefined, asked: number, drag: number | undefined, renewal: number | undefined}}
 */
const past = { moments: [], at: "", base: "", timer: undefined, asked: 0, drag: undefined, renewal: undefined };

/** momentOfPast returns the time that is shown; "" for now. */
export const momentOfPast = () => past.at;

/** baseOfPast returns the time that it is compared with; "" for none. */
export const baseOfPast = () => past.base;

/** startPast offers the history, if a server shows the page. */
export function startPast() {
  if (!data.live || isFixed()) return;
  $("show-past").hidden = false;
  $("show-past").addEventListener("click", () => void togglePast());
  slider.addEventListener("input", () => {
    stopPlaying();
    tellMoment(Number(slider.value));
    clearTimeout(past.drag);
    past.drag = setTimeout(() => void goToMoment(Number(slider.value)), dragPause);
  });
  $("now").addEventListener("click", () => { stopPlaying(); void goToMoment(past.moments.length); });
  $("play").addEventListener("click", () => (past.timer === undefined ? play() : stopPlaying()));
  $("compare").addEventListener("click", () => {
    setBase(past.base ? "" : past.at || serverTime());
    void compare();
  });
}

/** setBase chooses the time to compare with; "" compares with none. */
function setBase(/** @type {string} */ at) {
  past.base = at;
  $("compare").setAttribute("aria-pressed", String(at !== ""));
  $("difference").hidden = at === "";
  changed();
}

/**
 * restorePast shows a moment of a link, "" for now, compared with another, and reports whether
 * it fetched other data.
 * @param {string} moment
 * @param {string} base
 */
export async function restorePast(moment, base) {
  const [at, from] = [moment, base].map((time) => (Number.isNaN(Date.parse(time)) ? "" : time));
  if (!data.live || isFixed() || (at === past.at && from === past.base)) return false;
  const other = at !== past.at;
  stopPlaying();
  setBase(from);
  past.at = at;
  openPast(true);
  await readMoments();
  if (other) await goToMoment(placeOfTime(at), at);
  else await compare();
  return other;
}

/** placeOfTime returns the place of a time on the slider: that of the last moment until then. */
function placeOfTime(/** @type {string} */ at) {
  if (!at) return past.moments.length;
  const time = Date.parse(at);
  return Math.max(0, past.moments.findLastIndex((moment) => Date.parse(moment.at) <= time));
}

/** readMoments reads the moments of the history, and keeps the slider at the one that is shown. */
async function readMoments() {
  const { moments } = await ask(data.live?.history ?? "").catch(() => past);
  past.moments = moments;
  slider.max = String(moments.length);
  slider.value = String(placeOfTime(past.at));
  drawMarks();
  tellMoment(Number(slider.value));
}

/** renewPastSoon reads the moments again after a change, if they are shown. */
export function renewPastSoon() {
  if ($("past").hidden || past.renewal !== undefined) return;
  past.renewal = setTimeout(async () => {
    past.renewal = undefined;
    await readMoments();
    if (!past.at) await compare();
  }, renewPause);
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
  const open = Boolean($("past").hidden);
  openPast(open);
  if (open) {
    await readMoments();
    slider.focus();
    return;
  }
  stopPlaying();
  setBase("");
  if (past.at) await goToMoment(past.moments.length);
}

function openPast(/** @type {boolean} */ open) {
  $("past").hidden = !open;
  $("show-past").setAttribute("aria-expanded", String(open));
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

/** goToMoment shows a moment, or now after the last; or a time between two moments. */
async function goToMoment(/** @type {number} */ i, at = atOf(i)) {
  clearTimeout(past.drag);
  past.at = at;
  changed();
  slider.value = String(i);
  tellMoment(i);
  const asked = ++past.asked;
  try {
    await showPast(at);
    if (asked === past.asked) await compare();
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

/** compare says what has changed between the moment to compare with and the shown one, and marks it. */
async function compare() {
  const { at, base } = past;
  if (!base) return;
  const [since, until] = at && Date.parse(at) < Date.parse(base) ? [at, base] : [base, at];
  const query = new URLSearchParams({ since });
  if (until) query.set("until", until);
  /** @type {Diff | undefined} */
  const diff = await ask(`${data.live?.changes}?${query}`).catch(() => undefined);
  if (at !== past.at || base !== past.base) return; // the reader has gone on
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
