// Builds the MDX documents that the arguments name, and prints a JSON object: the HTML of
// each, and whether Prettier would change any of the documents, by their paths.
import { readFileSync } from 'node:fs';
import { evaluate } from '@mdx-js/mdx';
import { check, getFileInfo } from 'prettier';

const escape = (s) => String(s).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

// A runtime of JSX that makes text, since React is not needed for that.
const text = (child) => {
  if (Array.isArray(child)) return child.map(text).join('');
  if (child === null || child === undefined || child === false) return '';
  return child.html ?? escape(child);
};
const jsx = (type, { children, ...props }) => {
  if (typeof type === 'function') return type({ children, ...props });
  const attributes = Object.entries(props).filter(([, v]) => typeof v === 'string').map(([k, v]) => ` ${k}="${escape(v)}"`);
  return { html: `<${type}${attributes.join('')}>${text(children)}</${type}>` };
};
const Fragment = ({ children }) => ({ html: text(children) });

const html = {}, changed = {};
for (const file of process.argv.slice(2)) {
  const source = readFileSync(file, 'utf8');
  if (file.endsWith('.mdx')) {
    const { default: content } = await evaluate(source, { Fragment, jsx, jsxs: jsx });
    html[file] = content({}).html;
  }
  const { inferredParser: parser } = await getFileInfo(file);
  changed[file] = !(await check(source, { parser }));
}
console.log(JSON.stringify({ html, changed }));
