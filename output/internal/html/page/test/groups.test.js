import assert from "node:assert/strict";
import { test } from "node:test";
import { groupName } from "../groups.js";

test("a value that looks like the group without one has another name", () => {
  assert.equal(groupName("region", "eu"), "eu");
  assert.equal(groupName("region", ""), "no region");
  assert.equal(groupName("@version", ""), "no version");
  assert.equal(groupName("region", "no region"), '"no region"');
  assert.equal(groupName("region", '"no region"'), '""no region""');
});
