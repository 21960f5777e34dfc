import assert from "node:assert/strict";
import { test } from "node:test";
import { groupUp } from "../groups.js";
import { place } from "../place.js";
import { bestSize, sizesOf } from "../sizes.js";

const hubWidth = () => 120;
const sizes = sizesOf(6, 9, true);

// network makes a hub and nodes in groups of very different sizes, some of them detached.
function network(count, groups, depth = 1, hubs = 1) {
  const all = Array.from({ length: hubs }, (_, index) => ({ index, label: "hub" + index, hub: true, job: false, peer: false, rank: 6, use: -1, owners: [], path: [] }));
  for (let i = 0; i < count; i++) {
    const g = Math.floor(groups * (i / count) ** 2);
    const path = [["g" + g], ["g" + g, "r" + (i % 3)]][depth - 1];
    const owners = i % 11 === 0 ? [] : hubs === 1 ? [all[0]] : [all[i % hubs], ...(i % 7 === 0 ? [all[(i + 1) % hubs]] : [])].sort((a, b) => a.index - b.index);
    all.push({ index: hubs + i, label: "n" + i, hub: false, job: false, peer: i % 97 === 96, rank: i % 5, use: (i % 10) / 10, owners, path });
  }
  return all;
}

const networks = [network(6, 2), network(30, 3), network(200, 9, 2), network(2000, 40, 2), network(700, 300), network(120, 4, 1, 5), network(0, 1), network(40, 1, 1, 0)];

test("every node has a place in the window, and no two are at the same", () => {
  for (const nodes of networks) {
    const groups = groupUp(nodes, false);
    for (const width of [340, 370, 748, 1004, 1420, 2540]) {
      for (const size of sizes) {
        const plan = place(groups, { ...size, w: Math.min(size.w, width - 60) }, width, hubWidth);
        assert.equal(plan.spots.size, nodes.length);
        const taken = new Set();
        for (const { x, y, w, h } of plan.spots.values()) {
          assert.ok(x >= 0 && y >= 0 && x + w <= width + 0.01 && y + h <= plan.height + 0.01, `${x} ${y} ${w} ${h} in ${width}×${plan.height}`);
          taken.add(`${x.toFixed(2)} ${y.toFixed(2)}`);
        }
        assert.equal(taken.size, nodes.length);
      }
    }
  }
});

test("trays do not overlap, and hold what is in them", () => {
  for (const nodes of networks) {
    for (const width of [340, 1004]) {
      const plan = place(groupUp(nodes, false), sizes[3], width, hubWidth);
      const trays = plan.plates.filter(({ block }) => block.level === 0);
      for (const a of trays) {
        for (const b of trays) {
          if (a !== b) assert.ok(a.x + a.w <= b.x + 0.01 || b.x + b.w <= a.x + 0.01 || a.y + a.h <= b.y + 0.01 || b.y + b.h <= a.y + 0.01);
        }
        for (const item of a.block.items) {
          const s = plan.spots.get(item);
          assert.ok(s.x >= a.x && s.x + s.w <= a.x + a.w + 0.01 && s.y >= a.y + a.head && s.y + s.h <= a.y + a.h + 0.01);
        }
      }
    }
  }
});

test("groups of about one size beside one another have as many columns", () => {
  const nodes = network(0, 1);
  for (let i = 0; i < 199; i++) nodes.push({ ...nodes[0], index: i + 1, hub: false, owners: [nodes[0]], label: "n" + i, path: ["g" + (i % 3)] });
  const plan = place(groupUp(nodes, false), sizes[6], 1100, hubWidth);
  for (const { y, cols } of plan.plates) assert.ok(plan.plates.every((other) => other.y !== y || other.cols === cols));
});

test("few nodes have names, many are cells that a window has room for", () => {
  const best = (nodes, width, height) => sizes[bestSize(groupUp(nodes, false), sizes, width, height, hubWidth)];
  assert.ok(best(network(30, 3), 1400, 800).details);
  assert.ok(best(network(200, 3), 370, 600).font > 0);
  assert.equal(best(network(2000, 3), 1400, 800).font, 0);
  assert.ok(best(network(2000, 3), 2500, 1400).w > best(network(2000, 3), 1000, 700).w);
});

test("what an operator looks for first comes first", () => {
  const { trays } = groupUp(network(200, 2), false);
  for (const tray of trays) {
    const ranks = (tray.parts.length ? tray.parts.at(-1) : tray).tiles.map((item) => item.rank);
    assert.deepEqual(ranks, [...ranks].sort((a, b) => a - b));
  }
});
