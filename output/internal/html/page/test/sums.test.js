import assert from "node:assert/strict";
import { test } from "node:test";
import { complete } from "../complete.js";
import { sumWords, sumsOf } from "../sums.js";

const TiB = 2 ** 40;
const node = (/** @type {any} */ facts) => ({ labels: {}, engines: [], changes: [], groupPath: [], hubs: [], clusters: [], ...facts });
const words = (/** @type {any[]} */ ...nodes) => sumWords(sumsOf(nodes.map(node)));

test("sums say what is free of what reports it", () => {
  const busy = { offers: 1, cpu: 1000, memory: 2 * TiB, gpu: 8, free: { cpu: 480, memory: TiB / 2, gpu: 4 }, used: { cpu: 520, memory: 1.5 * TiB, gpu: 4 }, running: 30, waiting: 0 };
  assert.equal(words(busy), "480 of 1,000 cores, 512 GiB of 2 TiB memory, 4 of 8 GPUs free; 30 executions running");
  assert.equal(words(busy, { ...busy, offers: undefined, free: undefined, used: undefined, running: undefined, waiting: 4 }),
    "480 of 1,000 cores, 512 GiB of 2 TiB memory, 4 of 8 GPUs free on 1 of 2 nodes; 30 executions running, 4 waiting");
  assert.equal(words({ offers: 1, cpu: 8, gpu: 1, free: { cpu: 1, gpu: 1 }, used: { cpu: 7, gpu: 0 } }), "1 of 8 cores, 1 of 1 GPU free");
});

test("what is free on a node that takes no jobs is not free", () => {
  const free = { cpu: 4, free: { cpu: 4 }, used: { cpu: 0 } };
  assert.equal(words({ ...free, offers: 1, membership: "approved" }, { ...free, membership: "pending" }, { ...free, membership: "rejected" }), "4 of 4 cores free on 1 of 3 nodes");
});

test("without what is free, sums say what there is", () => {
  assert.equal(words({ cpu: 4, memory: TiB, gpu: 0 }, { cpu: 4 }, {}), "8 cores, 1 TiB memory");
  assert.equal(words({}, { job: true, cpu: 4 }), "");
  assert.equal(words(), "");
});

test("a collapsed group counts its nodes", () => {
  assert.equal(words({ cpu: 30, members: 3, connected: 3, offers: 2, free: { cpu: 5 }, used: { cpu: 15 } }), "5 of 20 cores free on 2 of 3 nodes");
});

test("a search is completed by keys and values", () => {
  const nodes = [node({ state: "connected", labels: { region: "eu-west", "a b": "1" } }), node({ labels: { region: "us" } })];
  const keys = ["a b", "region"];
  assert.deepEqual(complete("reg", keys, nodes), ["region:"]);
  assert.deepEqual(complete("x !re", keys, nodes), ["x !region:"]);
  assert.deepEqual(complete("region:", keys, nodes), ["region:eu-west", "region:us"]);
  assert.deepEqual(complete("a|Region=E", keys, nodes), ["a|Region=eu-west"]);
  assert.deepEqual(complete("cpu-f", keys, nodes), ["cpu-free>"]);
  assert.deepEqual(complete("state:c", keys, nodes), ["state:connected"]);
  assert.deepEqual(complete("a", keys, nodes), ['"a b":']);
  assert.deepEqual(complete("region:us", keys, nodes), []);
  assert.deepEqual(complete("", keys, nodes), []);
});
