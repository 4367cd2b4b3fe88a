// Builds dist/: the command line, the host that runs Lambda handlers locally, and each handler as AWS gets it.
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const notHandlers = new Set(['catalog.ts', 'entry.ts', 'events.ts', 'faults.ts', 'task.ts']);

const shared = { bundle: true, platform: 'node', target: 'node20', logLevel: 'warning', absWorkingDir: root };

const handlers = (await readdir(join(root, 'lambdas'))).filter(
  (file) => file.endsWith('.ts') && !notHandlers.has(file),
);

await rm(dist, { recursive: true, force: true });
await mkdir(join(dist, 'lambdas'), { recursive: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: { main: 'src/cli/main.ts' },
    outdir: join(dist, 'cli'),
    format: 'esm',
    packages: 'external',
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
