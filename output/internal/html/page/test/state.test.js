import assert from "node:assert/strict";
import { test } from "node:test";
import { noState, readState, writeState } from "../state.js";

test("a page that was just opened has no fragment", () => {
  assert.equal(writeState(noState()), "");
  assert.deepEqual(readState("#"), noState());
});

test("a fragment can be read, and ends nowhere in a message", () => {
  const state = { ...noState(), q: 'cpu>32 region=eu|us "a b"', hide: ["kind:disconnected", "group:eu/r,1"], table: true, sort: "-CPU free", sel: ["n-1", "n,2"], choice: { group: ["region", "@version"], color: "", fill: "cpu" }, at: "1.5,3,4", moment: "2026-11-30T09:30:00.5Z", base: "2026-11-30T09:00:00Z" };
  const text = writeState(state);
  assert.equal(text, "q=cpu%3E32%20region=eu%7Cus%20%22a%20b%22&hide=kind:disconnected,group:eu/r%2C1&table=-CPU%20free&group=region,@version&color=&fill=cpu&sel=n-1,n%2C2&moment=2026-11-30T09:30:00.5Z&base=2026-11-30T09:00:00Z&at=1.5%2C3%2C4");
  assert.deepEqual(readState("#" + text), state);
});

test("what is not understood stays", () => {
  assert.equal(writeState(readState("#future=1&q=a&x")), "q=a&future=1&x");
});

test("a link that was cut off is read as far as it goes", () => {
  assert.equal(readState("#q=caf%C3").q, "caf%C3");
  assert.deepEqual(readState("#sel=a,,b&=&table").sel, ["a", "b"]);
});

test("any state comes back", () => {
  let seed = 1;
  const random = (/** @type {number} */ n) => (seed = (seed * 48271) % 2147483647) % n;
  const letters = [...'ab,&=#%+ :/@"|<>é😀-'];
  const text = () => Array.from({ length: 1 + random(6) }, () => letters[random(letters.length)]).join("");
  const some = () => Array.from({ length: random(4) }, text);
  for (let i = 0; i < 2000; i++) {
    const table = random(2) === 0;
    const choice = random(2) ? {} : { group: some(), color: text(), label: "" };
    const state = { q: text(), hide: some(), table, sort: table ? text() : "", sel: some(), choice, at: text(), moment: text(), base: text(), others: [] };
    assert.deepEqual(readState(writeState(state)), state);
  }
});
