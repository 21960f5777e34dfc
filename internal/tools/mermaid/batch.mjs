// Parses the Mermaid diagrams of a JSON array from standard input with Mermaid's
// own parser, and prints what it says of those that it cannot read, by index.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('');
Object.assign(globalThis, { window, document: window.document, Element: window.Element });
const { default: mermaid } = await import('mermaid');

const failed = {};
for (const [i, text] of JSON.parse(readFileSync(0, 'utf8')).entries()) {
  await mermaid.parse(text).catch((err) => { failed[i] = String(err); });
}
console.log(JSON.stringify(failed));
