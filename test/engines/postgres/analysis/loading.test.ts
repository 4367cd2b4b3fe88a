import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, expect, it } from 'vitest';

const run = promisify(execFile);
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const entry = `
  import { analyze } from ${JSON.stringify(join(process.cwd(), 'src/engines/postgres/analysis/analyze.ts'))};
  analyze({ path: 'a.sql', text: 'DROP TABLE users; SELECT 1' })
    .then((statements) => console.log(statements.map(({ verb }) => verb).join()));`;

it.each(['cjs', 'esm'] as const)(
  'analyses in plain Node from a %s bundle with the WASM file beside it',
  async (format) => {
    const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-bundle-'));
    folders.push(folder);
    await writeFile(join(folder, 'entry.ts'), entry);
    const outfile = join(folder, format === 'cjs' ? 'out.cjs' : 'out.mjs');
    await build({
      entryPoints: [join(folder, 'entry.ts')],
      bundle: true,
      platform: 'node',
      format,
      outfile,
      logLevel: 'silent',
      // As an ES module it stays outside the bundle, where Node finds it as a package.
      ...(format === 'esm' ? { external: ['libpg-query'] } : {}),
      nodePaths: [join(process.cwd(), 'node_modules')],
    });
    const library = dirname(createRequire(import.meta.url).resolve('libpg-query'));
    if (format === 'cjs') await copyFile(join(library, 'libpg-query.wasm'), join(folder, 'libpg-query.wasm'));
    else await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const { stdout } = await run(process.execPath, [outfile], { cwd: folder, timeout: 30_000 });
    expect(stdout.trim()).toBe('DROP TABLE,SELECT');
  },
);
