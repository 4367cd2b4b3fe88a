// Bundles bench/main.ts and runs it; arguments go through (--quick, --only <part>).
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outdir = join(root, 'node_modules', '.cache', 'lockkeeper');
await mkdir(outdir, { recursive: true });
await build({
  entryPoints: { bench: join(root, 'bench', 'main.ts'), 'bench-writing': join(root, 'bench', 'writing.ts') },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
await import(pathToFileURL(join(outdir, 'bench.mjs')).href);
