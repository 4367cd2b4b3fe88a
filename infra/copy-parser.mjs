import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';

// PostgreSQL's own parser is a WebAssembly file that its loader reads from beside itself: a bundle that holds
// the loader needs the file, the others do not.
const [root, bundle] = process.argv.slice(2);
if (root === undefined || bundle === undefined) throw new Error('usage: copy-parser.mjs ROOT BUNDLE_FOLDER');

const parser = 'libpg-query.wasm';
if ((await readFile(join(bundle, 'index.js'), 'utf8')).includes(parser)) {
  await copyFile(join(root, 'node_modules/libpg-query/wasm', parser), join(bundle, parser));
}
