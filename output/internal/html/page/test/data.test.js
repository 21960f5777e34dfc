import assert from "node:assert/strict";
import { test } from "node:test";
import { readNodes } from "../data.js";

const document = {
  kinds: [], links: [], groups: [["eu"], ["eu", "r1"]],
  nodes: {
    count: 2,
    id: ["a", "b"],
    role: { values: ["compute", "requester"], of: [2, 1] },
    group: { values: [2], of: [0, 1] },
    engines: { values: [["docker", "wasm"]], of: [0, 1] },
    cpu: { values: [8], of: [0, 1] },
    "free.cpu": { values: [0], of: [0, 1] },
    "free.memory": [null, 1024],
    labels: { pairs: [["region", "eu"], ["__proto__", "x"], ["constructor", "y"]], of: [[], [1, 2, 3]] },
  },
};

test("a node has the values of its columns", () => {
  const [a, b] = readNodes(/** @type {any} */ (document));
  assert.equal(a.role, "requester");
  assert.equal(b.role, "compute");
  assert.deepEqual(b.engines, ["docker", "wasm"]);
  assert.deepEqual(b.groupPath, ["eu", "r1"]);
});

test("what is not known stays unknown, and 0 is 0", () => {
  const [a, b] = readNodes(/** @type {any} */ (document));
  assert.equal(a.cpu, undefined);
  assert.equal(a.free, undefined);
  assert.deepEqual(b.free, { cpu: 0, memory: 1024 });
});

test("labels may have any key", () => {
  const [a, b] = readNodes(/** @type {any} */ (document));
  assert.deepEqual(Object.keys(a.labels), []);
  assert.deepEqual(Object.entries(b.labels), [["region", "eu"], ["__proto__", "x"], ["constructor", "y"]]);
});
