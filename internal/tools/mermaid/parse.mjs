// Parses a Mermaid diagram from standard input with Mermaid's own parser, and
// prints what it read: [{"label": …}, …] of the nodes, and the number of edges.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('');
Object.assign(globalThis, { window, document: window.document, Element: window.Element });
const { default: mermaid } = await import('mermaid');

const text = readFileSync(0, 'utf8');
await mermaid.parse(text); // with the limits of a page that configures nothing
const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
const { nodes, edges } = db.getData();
// As the renderer decodes entities once the text is read.
const decode = (s) => s.replace(/ﬂ°°(\d+)¶ß/g, (_, n) => String.fromCodePoint(n)).replace(/ﬂ°(\w+)¶ß/g, '&$1;');
console.log(JSON.stringify({ labels: nodes.map((n) => decode(n.label)), edges: edges.length }));
