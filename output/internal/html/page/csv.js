// Nodes as CSV, with the columns of "bacviz nodes -o csv", which reads it again.

/** @typedef {import("./data.js").Facts} Facts */

/** @type {[string, (node: Facts) => string | number | undefined][]} */
const csvColumns = [
  ["id", (n) => n.id],
  ["short_id", (n) => n.label],
  ["role", (n) => n.role],
  ["type", (n) => (n.role === "requester" ? "Requester" : "Compute")],
  ["state", (n) => n.state],
  ["membership", (n) => n.membership],
  ["labels", (n) => labelCell(n.labels)],
  ["engines", (n) => (n.engines.some((e) => e === "" || e.includes(",")) || n.engines[0]?.startsWith("[") ? JSON.stringify(n.engines) : n.engines.join(","))],
  ["cpu_free", (n) => n.free?.cpu],
  ["cpu_total", (n) => n.cpu],
  ["memory_free", (n) => n.free?.memory],
  ["memory_total", (n) => n.memory],
  ["disk_free", (n) => n.free?.disk],
  ["disk_total", (n) => n.disk],
  ["gpu_free", (n) => n.free?.gpu],
  ["gpu_total", (n) => n.gpu],
  ["running", (n) => n.running],
  ["queued", (n) => n.waiting],
  ["version", (n) => n.version],
];

/**
 * csvOf returns nodes as CSV (RFC 4180). Jobs are left out. What a spreadsheet would take
 * for a formula begins with an apostrophe.
 * @param {Facts[]} nodes
 */
export function csvOf(nodes) {
  const lines = [csvColumns.map(([name]) => name), ...nodes.filter((n) => !n.job).map((n) => csvColumns.map(([, of]) => csvCell(of(n))))];
  return lines.map((cells) => cells.join(",") + "\n").join("");
}

/**
 * labelCell returns labels as people read them, or as JSON if that would be read back as
 * others.
 * @param {Object<string, string>} labels
 */
function labelCell(labels) {
  const keys = Object.keys(labels).sort();
  const text = keys.map((key) => `${key}=${labels[key]}`).join(",");
  const plain = !text.startsWith("{") && keys.every((key) => key !== "" && !/[,=]/.test(key) && !/,.*=/s.test(labels[key]));
  return plain ? text : JSON.stringify(labels);
}

/** @param {string | number | undefined} value */
function csvCell(value) {
  if (value === undefined || typeof value === "number") return String(value ?? "");
  const safe = /^'*[=+\-@|%]/.test(value) && Number.isNaN(Number(value)) ? "'" + value : value;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
