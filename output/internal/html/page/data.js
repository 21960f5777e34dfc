// The data of the page, as Go writes it; see columns.go.

/**
 * Amounts are cores, bytes, bytes and devices. What is undefined is not known.
 * @typedef {{cpu?: number, memory?: number, disk?: number, gpu?: number}} Amounts
 */

/**
 * Facts are what is known of a node, a job or a collapsed group. What is undefined is not
 * known, or the node has no such thing.
 * @typedef {object} Facts
 * @property {number} index in the order of the picture
 * @property {string} id
 * @property {string} label its short name
 * @property {string} role
 * @property {number} kind its index in the document's kinds
 * @property {string} [state]
 * @property {string} [membership]
 * @property {string} [version]
 * @property {string[]} engines
 * @property {string[]} clusters the names of those that list it
 * @property {string[]} hubs the labels of the orchestrators that it is joined to
 * @property {string[]} changes of a difference: the name of its change, then the changed fields
 * @property {string[]} groupPath the names of its groups, the outermost first
 * @property {Object<string, string>} labels
 * @property {string} [link] the address of a page about it
 * @property {string} [type] of a job
 * @property {boolean} [hub]
 * @property {boolean} [job]
 * @property {boolean} [kept] a filter does not mean it: no sum counts it
 * @property {boolean} [part] it has executions
 * @property {boolean} [idle] there are jobs, but it has no executions
 * @property {number} [group] its index in the document's groups, from 1
 * @property {number} [value] its index in the values of the colouring
 * @property {number} [share] from 0 to 1, if colours stand for a share
 * @property {number} [executions] of a job, or on a node
 * @property {number} [members] of a collapsed group
 * @property {number} [connected] of these
 * @property {number} [awaiting] of these, reconnection
 * @property {number} [cpu] the capacity, as in Amounts
 * @property {number} [memory]
 * @property {number} [disk]
 * @property {number} [gpu]
 * @property {Amounts} [free] what connected nodes report
 * @property {Amounts} [used]
 * @property {number} [offers] the nodes whose free and used count in sums: those that take jobs
 * @property {number} [running] executions
 * @property {number} [waiting] executions
 * @property {Amounts} [queued] what the executions ask for that wait
 */

/**
 * A PageRun is a run of a job on a node.
 * @typedef {object} PageRun
 * @property {number} outcome
 * @property {string} words
 * @property {boolean} [counted] the picture shows its count
 * @property {number} [chip] the chip that stands for it, from 1
 */

/**
 * A Column has a value for each node: a plain one, or the number of one of the values, from
 * 1. A node without a value has null or 0.
 * @typedef {any[] | {values: any[], of: number[]}} Column
 */

/**
 * Labels are pairs of keys and values, and for each node the numbers of its pairs.
 * @typedef {{pairs: [string, string][], of: number[][]}} Labels
 */

/**
 * A Live is the addresses of what a server has for the page, relative to it, and what was
 * seen when; in the past, which moment is shown.
 * @typedef {{events: string, page: string, history: string, changes: string, seq: number, revision: number, at: string, past?: boolean}} Live
 */

/**
 * A PageDocument is the data of a page. Links are pairs of indexes of nodes.
 * @typedef {object} PageDocument
 * @property {boolean} [flow] boxes flow to the window
 * @property {boolean} [star] they do in a window too narrow for a circle
 * @property {string} fill the capacity whose share in use fills tiles
 * @property {import("./looks.js").Looks} looks
 * @property {Live} [live] of a page that a server shows
 * @property {{title: string, subtitle: string, filters: string, picture: string}} [words] of newer data
 * @property {string[]} kinds
 * @property {string[][]} [groups] paths
 * @property {{count: number, labels?: Labels} & Object<string, any>} nodes columns
 * @property {[number, number][]} links
 * @property {number[]} [trunks]
 * @property {PageRun[]} [runs]
 */

/** narrowWindow is the width of a window, in pixels, below which the names around a circle are too small. */
const narrowWindow = 600;

/**
 * documentFor returns the document as a window of that width shows it.
 * @param {PageDocument} document
 * @param {number} width
 */
export const documentFor = (document, width) => (document.star && width < narrowWindow ? { ...document, flow: true } : document);

/** @type {string[]} */
const none = [];

/** @type {Object<string, string>} */
const noLabels = {};

/**
 * readNodes returns the nodes of a document, in the order of the picture.
 * @param {PageDocument} document
 * @returns {Facts[]}
 */
export function readNodes({ nodes: { count, labels, ...columns }, groups = [] }) {
  /** @type {any[]} */
  const nodes = Array.from({ length: count }, (_, index) => ({
    index, role: "", kind: 0, engines: none, clusters: none, hubs: none, changes: none, groupPath: none, labels: noLabels,
  }));
  for (const [name, column] of Object.entries(columns)) {
    const [outer, inner] = name.split(".");
    const valueOf = reader(column);
    for (const node of nodes) {
      const value = valueOf(node.index);
      if (value === null || value === undefined) continue;
      if (inner) (node[outer] ??= {})[inner] = value;
      else node[outer] = value;
    }
  }
  for (const node of nodes) {
    if (node.group) node.groupPath = groups[node.group - 1];
    if (labels?.of[node.index].length) node.labels = labelsOf(labels, node.index);
  }
  return nodes;
}

/**
 * reader returns a function that returns the value of a node with an index.
 * @param {Column} column
 * @returns {(i: number) => any}
 */
function reader(column) {
  if (Array.isArray(column)) return (i) => column[i];
  return (i) => column.values[column.of[i] - 1];
}

/**
 * labelsOf returns the labels of a node. They may have any key.
 * @param {Labels} labels
 * @param {number} i
 */
function labelsOf({ pairs, of }, i) {
  /** @type {Object<string, string>} */
  const own = Object.create(null);
  for (const number of of[i]) own[pairs[number - 1][0]] = pairs[number - 1][1];
  return own;
}
