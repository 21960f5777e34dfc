// Compiles each JSON schema that the arguments name by itself, in ajv's strict mode, and
// validates documents with them: standard input is a JSON array of arrays, one for each
// schema. It prints what is wrong, a line each.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const documents = JSON.parse(readFileSync(0, 'utf8'));
process.argv.slice(2).forEach((file, i) => {
  const complain = (...words) => console.log(`${file}: ${words.join(' ')}`);
  const ajv = new Ajv.default({ strict: true, allErrors: true, logger: { log: complain, warn: complain, error: complain } });
  addFormats.default(ajv);
  try {
    const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));
    for (const document of documents[i] ?? []) {
      if (!validate(document)) complain(ajv.errorsText(validate.errors));
    }
  } catch (err) {
    complain(err.message);
  }
});
