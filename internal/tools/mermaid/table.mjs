// Reads Markdown from standard input as GitHub does, with the parser that Mermaid
// brings along, and prints the cells of its table, as HTML.
import { readFileSync } from 'node:fs';
import { marked } from 'marked';

const table = marked.lexer(readFileSync(0, 'utf8')).find((t) => t.type === 'table');
console.log(JSON.stringify(table.rows.map((row) => row.map((cell) => marked.parseInline(cell.text)))));
