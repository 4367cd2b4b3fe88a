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

it.each([
  ['of a function, with the WASM file beside it', 'bundled'],
  ['of the command line, with the package beside it', 'external'],
] as const)('analyses in plain Node from the bundle %s', async (_, library) => {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-bundle-'));
  folders.push(folder);
  await writeFile(join(folder, 'entry.ts'), entry);
  await build({
    entryPoints: { out: join(folder, 'entry.ts') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url), __dirname = import.meta.dirname;`,
    },
    external: library === 'external' ? ['libpg-query'] : [],
    nodePaths: [join(process.cwd(), 'node_modules')],
  });
  if (library === 'external')
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  else {
    const found = dirname(createRequire(import.meta.url).resolve('libpg-query'));
    await copyFile(join(found, 'libpg-query.wasm'), join(folder, 'libpg-query.wasm'));
  }
  const { stdout } = await run(process.execPath, [join(folder, 'out.mjs')], { cwd: folder, timeout: 30_000 });
  expect(stdout.trim()).toBe('DROP TABLE,SELECT');
});
