// Parses the Mermaid diagrams of a JSON array from standard input with Mermaid's own
// parser, and prints an array of what it read of each: the labels of the nodes, and the
// numbers of edges and of those that are not drawn, or the error.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('');
Object.assign(globalThis, { window, document: window.document, Element: window.Element });
const { default: mermaid } = await import('mermaid');

// As the renderer decodes entities once the text is read.
const decode = (s) => s.replace(/ﬂ°°(\d+)¶ß/g, (_, n) => String.fromCodePoint(n)).replace(/ﬂ°(\w+)¶ß/g, '&$1;');

async function read(text) {
  await mermaid.parse(text); // with the limits of a page that configures nothing
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const { nodes, edges } = db.getData();
  const hidden = edges.filter((e) => e.thickness === 'invisible').length;
  return { labels: nodes.map((n) => decode(n.label)), edges: edges.length - hidden, hidden };
}

const all = [];
for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  all.push(await read(text).catch((err) => ({ error: String(err) })));
}
console.log(JSON.stringify(all));
