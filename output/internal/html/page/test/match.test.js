import assert from "node:assert/strict";
import { test } from "node:test";
import { matches } from "../match.js";

const node = { words: "n-1\neu-west-1\ndocker", states: ["disconnected"], groupPath: ["EU-West-1", "r1"] };

test("a word is found in any fact", () => {
  assert.ok(matches(node, "west"));
  assert.ok(!matches(node, "east"));
});

test("a state is found by its beginning", () => {
  assert.ok(matches(node, "disc"));
  assert.ok(!matches(node, "connected"));
  assert.ok(matches(node, "state:disc"));
  assert.ok(!matches(node, "state:connected"));
});

test("a group is found by the beginning of its name, whatever the case", () => {
  assert.ok(matches(node, "group:eu"));
  assert.ok(!matches(node, "group:west"));
});
