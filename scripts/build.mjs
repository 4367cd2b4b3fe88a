// Builds dist/: the command line, the host that runs Lambda handlers locally, and each handler as AWS gets it.
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const notHandlers = new Set(['catalog.ts', 'entry.ts', 'events.ts', 'task.ts']);

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

// The parser's WebAssembly is read from beside the bundle.
const require = createRequire(import.meta.url);
const wasm = join(dirname(require.resolve('libpg-query')), 'libpg-query.wasm');
await cp(wasm, join(dist, 'lambdas', 'libpg-query.wasm'));
