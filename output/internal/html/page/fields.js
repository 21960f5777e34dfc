// The fields of nodes that a search, the table and the controls know by name. A label is a
// field too, by its key.

import { stateWords } from "./words.js";

/** @typedef {import("./data.js").Facts} Facts */

/**
 * A Field is built in. It has texts, or a number.
 * @typedef {object} Field
 * @property {string} name as a search has it
 * @property {"text" | "count" | "cores" | "bytes"} kind
 * @property {(node: Facts) => (string | undefined)[]} [texts]
 * @property {(node: Facts) => number | undefined} [number]
 * @property {(node: Facts) => number | undefined} [whole] what 100 % of the number are
 * @property {boolean} [begins] a search with : means the beginning of a text, not any part
 */

/** @type {(keyof import("./data.js").Amounts)[]} */
const resources = ["cpu", "memory", "disk", "gpu"];

/** @type {Object<string, Field["kind"]>} */
const resourceKinds = { cpu: "cores", memory: "bytes", disk: "bytes", gpu: "count" };

/** @type {Field[]} */
export const fields = [
  { name: "name", kind: "text", texts: (n) => [n.label] },
  { name: "id", kind: "text", texts: (n) => [n.id] },
  { name: "role", kind: "text", texts: (n) => [n.role] },
  { name: "state", kind: "text", texts: (n) => stateWords(n).split(", "), begins: true },
  { name: "membership", kind: "text", texts: (n) => [n.membership] },
  { name: "version", kind: "text", texts: (n) => [n.version] },
  { name: "engine", kind: "text", texts: (n) => n.engines },
  { name: "group", kind: "text", texts: (n) => n.groupPath, begins: true },
  { name: "change", kind: "text", texts: (n) => n.changes },
  { name: "orchestrator", kind: "text", texts: (n) => n.hubs },
  { name: "source", kind: "text", texts: (n) => n.clusters },
  { name: "type", kind: "text", texts: (n) => [n.type] },
  ...resources.flatMap((of) => {
    const kind = resourceKinds[of];
    const whole = (/** @type {Facts} */ n) => n[of];
    return /** @type {Field[]} */ ([
      { name: of, kind, number: whole },
      { name: of + "-free", kind, number: (n) => n.free?.[of], whole },
      { name: of + "-used", kind, number: (n) => n.used?.[of], whole },
      { name: of + "-queued", kind, number: (n) => n.queued?.[of], whole },
    ]);
  }),
  { name: "running", kind: "count", number: (n) => n.running },
  { name: "waiting", kind: "count", number: (n) => n.waiting },
  { name: "executions", kind: "count", number: (n) => n.executions },
  { name: "nodes", kind: "count", number: (n) => n.members },
];

const fieldsByName = new Map(fields.map((f) => [f.name, f]));
for (const [other, name] of [["engines", "engine"], ["hub", "orchestrator"], ["queued", "waiting"], ["gpus", "gpu"], ["label", "name"]]) {
  fieldsByName.set(other, /** @type {Field} */ (fieldsByName.get(name)));
}

/**
 * fieldNamed returns a built-in field by its name, which may begin with @ as on the command
 * line.
 * @param {string} name
 */
export const fieldNamed = (name) => fieldsByName.get(name.replace(/^@/, "").toLowerCase());

/**
 * textsOf returns the texts of a node in a field that has texts.
 * @param {Facts} node
 * @param {Field} field
 */
export const textsOf = (node, field) => /** @type {string[]} */ ((field.texts?.(node) ?? []).filter(Boolean));

/**
 * fieldOf returns the value of a node in a field, or of a label; "" if it has none. What
 * begins with @ is a field, anything else the key of a label or, if the node has none, a
 * field.
 * @param {Facts} node
 * @param {string} name
 */
export function fieldOf(node, name) {
  const label = name.startsWith("@") ? undefined : node.labels[name];
  if (label !== undefined) return label;
  const field = fieldNamed(name);
  if (!field) return "";
  return field.number ? String(field.number(node) ?? "") : textsOf(node, field).join(field.name === "engine" ? "+" : " + ");
}

/**
 * labelKeys returns the keys of the labels of all nodes, sorted.
 * @param {Facts[]} nodes
 */
export function labelKeys(nodes) {
  /** @type {Set<string>} */
  const keys = new Set();
  for (const node of nodes) for (const key of Object.keys(node.labels)) keys.add(key);
  return [...keys].sort();
}
