// A page that a server shows: it follows the network.

import { $, all } from "./dom.js";
import { data, nodes, replaceData, stage } from "./nodes.js";
import { focusNode, nodeWithFocus, selection, setSelection, setView, view } from "./view.js";
import { adoptStyle } from "./picture.js";
import { stillView } from "./still.js";
import { flowView } from "./flow.js";
import { apply, renewFilters } from "./find.js";
import { forgetRows, inTable } from "./table.js";
import { fillDetails } from "./details.js";
import { renewControls } from "./controls.js";
import { renewPastSoon } from "./past.js";
import { agoWords, momentWords } from "./ages.js";

/** @typedef {import("./nodes.js").PageNode} PageNode */
/** @typedef {import("./data.js").PageDocument} PageDocument */

/**
 * A Source is what the server says of one: its age in seconds when it said so.
 * @typedef {{name: string, ok: boolean, age?: number, error?: string}} Source
 */

const leastPause = 1000; // milliseconds between two documents
const loadPause = 10000; // the same if only the load has changed
const freshFor = 20000; // milliseconds that new nodes are marked

/**
 * The past is the moment that the reader went to; fixed is the one that the address of the page
 * asks for, which is shown for good.
 * @type {{sources: Source[], heard: number, at: string, connected: boolean, past: string, fixed: string, fetched: number, revision: number, request?: AbortController}}
 */
const live = { sources: [], heard: 0, at: "", connected: false, past: "", fixed: "", fetched: 0, revision: 0 };

/** serverTime returns the time by the clock of the server, as it said last. */
export const serverTime = () => live.at || (data.live?.at ?? "");

/** isFixed reports whether the page shows one moment for good. */
export const isFixed = () => live.fixed !== "";

/** startLive begins to follow the network, if a server shows the page. */
export function startLive() {
  if (!data.live) return;
  live.revision = data.live.revision;
  live.heard = performance.now();
  $("seen").hidden = false;
  if (data.live.past) return fix(data.live.at);
  openStream();
  setInterval(tellAge, 1000);
  tellAge();
}

/**
 * fix shows for good the moment that the address asks for, and offers the address without it.
 * @param {string} at
 */
function fix(at) {
  live.fixed = at;
  const query = new URLSearchParams(location.search);
  query.delete("at");
  $("leave-past").setAttribute("href", "?" + query);
  $("leave-past").hidden = false;
  tellAge();
}

/** openStream listens to the server's events. The browser itself connects again, unless the server refused. */
function openStream() {
  const stream = new EventSource(data.live?.events ?? "");
  stream.addEventListener("open", () => { live.connected = true; tellAge(); });
  stream.addEventListener("error", () => {
    live.connected = false;
    tellAge();
    if (stream.readyState === EventSource.CLOSED) setTimeout(openStream, 5000);
  });
  stream.addEventListener("status", (event) => {
    const status = JSON.parse(event.data);
    [live.sources, live.heard, live.connected, live.at] = [status.sources ?? [], performance.now(), true, status.at];
    tellAge();
    if (status.revision > live.revision) fetchSoon(loadPause);
  });
  for (const name of ["change", "reload"]) stream.addEventListener(name, () => { fetchSoon(leastPause); renewPastSoon(); });
}

/** @type {number | undefined} */
let waiting;
let waitingUntil = Infinity;

/**
 * fetchSoon fetches the newest document, but not within a time after the last one.
 * @param {number} pause in milliseconds
 */
function fetchSoon(pause) {
  const until = Math.max(performance.now(), live.fetched + pause);
  if (live.past || live.fixed || until >= waitingUntil) return;
  clearTimeout(waiting);
  waitingUntil = until;
  waiting = setTimeout(() => { waitingUntil = Infinity; void follow(); }, until - performance.now());
}

/** follow shows the newest document. */
async function follow() {
  live.fetched = performance.now();
  const document = await fetchPage("").catch(() => undefined);
  if (document && !live.past) showDocument(document);
  else if (!document) fetchSoon(2 * leastPause);
}

/**
 * fetchPage fetches the document of now, or of a moment.
 * @param {string} at
 * @param {AbortController} [request] ends it
 * @returns {Promise<PageDocument>}
 */
async function fetchPage(at, request = new AbortController()) {
  const query = new URLSearchParams(location.search);
  if (at) query.set("at", at);
  setTimeout(() => request.abort(new Error("no answer")), 30000);
  const answer = await fetch(`${data.live?.page}?${query}`, { cache: "no-cache", signal: request.signal });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).error ?? answer.statusText);
  return answer.json();
}

/**
 * showPast shows the network of a moment, or with "" of now, which it then follows.
 * It ends the request for the moment before.
 * @param {string} at
 */
export async function showPast(at) {
  live.past = at;
  live.request?.abort();
  tellAge();
  if (!at) return follow();
  const document = await fetchPage(at, (live.request = new AbortController()));
  if (live.past === at) showDocument(document);
}

/**
 * showDocument shows newer data. The search, the filters, the selection, the focus and the
 * place stay.
 * @param {PageDocument} document
 */
export function showDocument(document) {
  const focus = nodeWithFocus();
  const { live: from, flow } = data;
  const { joined, left, changed } = replaceData(document);
  data.live ??= from;
  live.revision = data.live?.revision ?? live.revision;
  if (data.live?.past && !live.past) fix(data.live.at);
  for (const node of nodes) node.fresh ||= false;
  mark([...joined, ...changed]);
  const { words } = data;
  const [title, subtitle] = all(window.document, "h1, .about p");
  title.textContent = window.document.title = words?.title ?? "";
  subtitle.textContent = words?.subtitle ?? "";
  renewFilters(words?.filters ?? "");
  if (flow !== data.flow) changeView();
  else view.update(left);
  if (flow) adoptStyle(words?.picture ?? "");
  const gone = new Set(left);
  setSelection([...selection].filter((node) => !gone.has(node)));
  fillDetails();
  forgetRows();
  renewControls();
  apply();
  if (focus && focus.shown && nodes.includes(focus) && !inTable()) focusNode(focus);
}

/** changeView puts the other kind of picture on the stage. */
function changeView() {
  stage.classList.toggle("flow", data.flow === true);
  setView(data.flow ? flowView() : stillView(adoptStyle(data.words?.picture ?? "")));
  view.fit();
}

/**
 * mark marks nodes as new for a while.
 * @param {PageNode[]} some
 */
export function mark(some) {
  for (const node of some) node.fresh = true;
  setTimeout(() => {
    for (const node of some) node.fresh = false;
    view.refresh();
  }, freshFor);
}

/** tellAge says how old what is shown is, and what is out of order. */
function tellAge() {
  const past = live.past || live.fixed;
  const passed = (performance.now() - live.heard) / 1000;
  const age = Math.max(0, ...live.sources.map((source) => source.age ?? 0)) + passed;
  const failing = live.sources.filter((source) => !source.ok);
  const troubled = !live.connected || failing.length > 0;
  $("seen").classList.toggle("trouble", troubled || past !== "");
  $("age").textContent = past ? "the past, " + momentWords(past, new Date()) : (troubled ? "seen " : "live · seen ") + agoWords(age);
  const trouble = past ? "" : !live.connected ? "no connection to bacviz; trying again"
    : failing.map(({ name, error }) => [name, error ?? "no answer"].join(": ")).join("; ");
  if ($("outage").textContent !== trouble) $("outage").textContent = trouble; // it is read aloud
}
