// Writes the published JSON Schema of the manifest from the code; a test refuses a stale one.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const cache = join(root, 'node_modules', '.cache');
await mkdir(cache, { recursive: true });
const folder = await mkdtemp(join(cache, 'schema-'));
try {
  const outfile = join(folder, 'json-schema.mjs');
  await build({
    entryPoints: [join(root, 'src/core/manifest/json-schema.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  const { jsonSchema } = await import(pathToFileURL(outfile).href);
  const file = join(root, 'schema', 'manifest.schema.json');
  await writeFile(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  execFileSync(process.execPath, [biome, 'format', '--write', file], { cwd: root });
} finally {
  await rm(folder, { recursive: true, force: true });
}
