// Compiles the D2 texts of a JSON array from standard input, as D2 does before it draws,
// and prints an array of what it read of each: the shapes and the connections of the diagram,
// or the error. With an argument, each is drawn in a file of that name, a number and .svg.
import { readFileSync, writeFileSync } from 'node:fs';
import { D2 } from '@terrastruct/d2';

const d2 = new D2();
const all = [];
for (const text of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    const { diagram, renderOptions } = await d2.compile(text, { layout: 'dagre' });
    if (process.argv[2]) {
      writeFileSync(`${process.argv[2]}${all.length}.svg`, await d2.render(diagram, renderOptions));
    }
    all.push({
      shapes: diagram.shapes.map(({ id, type, label, link, classes }) => ({ id, type, label, link, classes: classes ?? [] })),
      connections: diagram.connections.map(({ src, dst, label }) => ({ from: src, to: dst, label })),
    });
  } catch (err) {
    all.push({ error: String(err.message ?? err) });
  }
}
console.log(JSON.stringify(all));
process.exit(0);
