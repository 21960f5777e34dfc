import assert from "node:assert/strict";
import { test } from "node:test";
import { labelKeys } from "../fields.js";
import { readQuery } from "../query.js";

const GiB = 2 ** 30;
const none = { role: "compute", state: "connected", membership: "approved", engines: ["docker"], clusters: [], hubs: ["hub"], changes: [], groupPath: [], labels: {} };
const nodes = [
  { ...none, index: 0, id: "eu-west-0001", label: "a", version: "v1.9.3", cpu: 64, memory: 128 * GiB, gpu: 0, free: { cpu: 4, memory: 100 * GiB, gpu: 0 }, running: 7, labels: { region: "eu-west", os: "linux", Rack: "r 7" }, groupPath: ["EU-West", "r 7"] },
  { ...none, index: 1, id: "us-east-0002", label: "b", version: "v1.10.0", cpu: 16, memory: 64 * GiB, gpu: 4, free: { cpu: 16, memory: 0, gpu: 2 }, labels: { region: "us-east", tier: "12", "a|b": "x:y" }, groupPath: ["US-East"] },
  { ...none, index: 2, id: "us-west-0003", label: "c", version: "v1.8.0-rc1", state: "disconnected", membership: "pending", labels: { region: "us-west", tier: "3" } },
  { ...none, index: 3, id: "job-eu", label: "d", role: "job", state: "awaiting reconnection", engines: ["wasm", "docker"], changes: ["changed", "region: eu → us"], labels: {} },
];
const find = (/** @type {string} */ text) => {
  const { matches, hints } = readQuery(text, labelKeys(/** @type {any} */ (nodes)));
  return { found: nodes.filter((n) => matches(/** @type {any} */ (n))).map((n) => n.label).join(""), hints };
};

for (const [text, want] of /** @type {[string, string][]} */ ([
  ["", "abcd"], ["  ", "abcd"],
  ["EU-West", "a"], ["west", "ac"], ["region=us", ""], ["eu west", "a"],
  ["connected", "ab"], ["disc", "c"], ["pending", "c"], ["reconnection", "d"],
  ["region:eu", "a"], ["region:west", "ac"], ["REGION:WEST", "ac"], ["region:", "abc"], ["!region:", "d"],
  ["region=us-east", "b"], ["region!=us-east", "acd"], ["region=eu-west|us-west", "ac"], ["region:eu | tier:3", "ac"],
  ["state:connected", "ab"], ["state:disc", "c"], ["state:pending", "c"], ["state:onnected", ""], ["state=connected", "ab"], ["state:reconn", "d"],
  ["group:us", "b"], ["group:east", ""], ["rack:r", "a"], ['rack="r 7"', "a"], ['"r 7"', "a"], ['group:"eu-west"', "a"],
  ["!connected", "cd"], ["-connected", "cd"], ["!connected|pending", "d"], ["connected|pending", "abc"], ["!!connected", "ab"],
  ["region:us !tier:3", "b"], ["west|!role:compute", "acd"],
  ["cpu>32", "a"], ["cpu>=16", "ab"], ["cpu<64", "b"], ["cpu=16", "b"], ["cpu:16", "b"], ["cpu!=16", "acd"], ["cpu:", "ab"], ["!cpu:", "cd"], ["!cpu>32", "bcd"],
  ["memory>=64GiB", "ab"], ["memory>64gib", "a"], ["memory>100GB", "a"], ["memory<=68.72GB", "b"], ["memory>0.1TiB", "a"],
  ["gpu>0", "b"], ["gpu=0", "a"], ["gpu-free:2", "b"], ["cpu-free<10%", "a"], ["cpu-free=100%", "b"], ["running>5", "a"],
  ["version>=1.9", "ab"], ["version>v1.9.3", "b"], ["version<1.8", "c"], ["@version:v1.8", "c"], ["tier>5", "b"], ["tier>=3", "bc"],
  ["engine=wasm", "d"], ["orchestrator=hub", "abcd"], ["change:changed", "d"], ['"region: eu"', "d"],
  ['"a|b":x', "b"], ['a|b', "abd"], ["0001|0003", "ac"], ["|0001|", "a"], ["0001 | 0003", "ac"],
  ["role:compute", "abc"], ["name=b", "b"], ["id:0002", "b"],
])) {
  test(`${text || "nothing"} finds ${want || "none"}`, () => assert.deepEqual(find(text), { found: want, hints: [] }));
}

for (const [text, want, hint] of /** @type {[string, string, string][]} */ ([
  ["regio:eu", "", "no node has a label or field regio (perhaps region?): regio:eu is searched as text"],
  ["x:y", "b", "no node has a label or field x: x:y is searched as text"],
  ["cpu>", "abcd", "after cpu> a number is missing"],
  ["cpu>many", "abcd", "cpu>many is left out: many is no number of cores"],
  ["memory>64", "ab", "64 means 64 bytes; write 64GiB for gibibytes"],
  ["memory>4x", "abcd", "memory>4x is left out: 4x is no amount such as 64GiB"],
  ["running>50%", "abcd", "running>50% is left out: running is no share of anything"],
  ["region>eu", "abcd", "region>eu is left out: eu is neither a number nor a version"],
  ['"eu west', "", "a quote is not closed"],
  ["!", "abcd", "after ! a word is missing"],
  ["-", "abcd", "after - a word is missing"],
])) {
  test(`${text} has a hint`, () => assert.deepEqual(find(text), { found: want, hints: [hint] }));
}

for (const [text, hints] of /** @type {[string, string[]][]} */ ([
  ["region=us", ["no node has region=us, but region:us finds part of a value"]],
  ["region=eu|us-west|us", ["no node has region=eu, but region:eu finds part of a value", "no node has region=us, but region:us finds part of a value"]],
  ['rack=7', ["no node has rack=7, but rack:7 finds part of a value"]],
  ["group=east", []], ['rack="r "', ['no node has rack="r ", but rack:"r " finds part of a value']],
  ["state=disc", ["no node has state=disc, but state:disc finds part of a value"]],
  ["region=eu-west", []], ["region=nowhere", []], ["region!=us", []], ["region=", []], ["cpu=17", []], ["name=none", []],
])) {
  const query = readQuery(text, labelKeys(/** @type {any} */ (nodes)), /** @type {any} */ (nodes));
  test(`${text} has ${hints.length} hints about parts of values`, () => assert.deepEqual(query.hints, hints));
}

// random returns numbers below n (Lehmer, 1951), the same each time.
let seed = 1;
const random = (/** @type {number} */ n) => (seed = (seed * 48271) % 2147483647) % n;
const oneOf = (/** @type {any[]} */ all) => all[random(all.length)];

// condition returns the text of a condition, and what it means, written down again.
function condition() {
  const word = oneOf(["eu", "us-east-0002", "docker", "wasm", "rc1", "linux"]);
  const number = oneOf([0, 2, 4, 16, 64]);
  const key = oneOf(["region", "tier", "os"]);
  const value = oneOf(["eu-west", "us", "12", "linux"]);
  const all = (/** @type {any} */ n) => JSON.stringify([n.id, n.label, n.role, n.version, n.engines, n.changes, n.groupPath, Object.entries(n.labels).map((e) => e.join("="))]).toLowerCase();
  return oneOf([
    { text: word, holds: (/** @type {any} */ n) => all(n).includes(word) },
    { text: `${key}:${value}`, holds: (/** @type {any} */ n) => key in n.labels && n.labels[key].includes(value) },
    { text: `${key}="${value}"`, holds: (/** @type {any} */ n) => n.labels[key] === value },
    { text: `cpu>${number}`, holds: (/** @type {any} */ n) => n.cpu > number },
    { text: `cpu-free<=${number}`, holds: (/** @type {any} */ n) => n.free?.cpu <= number },
    { text: `gpu=${number}`, holds: (/** @type {any} */ n) => n.gpu === number },
  ]);
}

test("random searches find what they mean", () => {
  for (let i = 0; i < 5000; i++) {
    const terms = Array.from({ length: random(4) }, () => ({ not: random(3) === 0, choices: Array.from({ length: 1 + random(3) }, condition) }));
    // A word after a condition would be another value of it, so words come first.
    for (const t of terms) t.choices.sort((a, b) => Number(/[:=<>]/.test(a.text)) - Number(/[:=<>]/.test(b.text)));
    const text = terms.map((t) => oneOf(["!", "-"]).repeat(Number(t.not)) + t.choices.map((c) => c.text).join(oneOf(["|", " | ", "| "]))).join(oneOf([" ", "  "]));
    const want = nodes.filter((n) => terms.every((t) => t.choices.some((c) => c.holds(n)) !== t.not)).map((n) => n.label).join("");
    assert.deepEqual(find(text), { found: want, hints: [] }, text);
  }
});

test("any text is a search", () => {
  const letters = [...'ab:=<>!|-" @%.0\\/😀'];
  for (let i = 0; i < 5000; i++) find(Array.from({ length: random(12) }, () => oneOf(letters)).join(""));
});
