import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, expect, it } from 'vitest';

const run = promisify(execFile);
const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const entry = `
  import { analyze } from ${JSON.stringify(join(process.cwd(), 'src/engines/mysql/analysis/analyze.ts'))};
  analyze({ path: 'a.sql', text: 'DROP TABLE users; SELECT 1; SELECT FROM' })
    .then((statements) => console.log(statements.map(({ verb, kind }) => verb + ' ' + kind).join()));`;

/** As the handlers and the command line are bundled. */
async function bundle(format: 'cjs' | 'esm'): Promise<{ folder: string; outfile: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-bundle-'));
  folders.push(folder);
  await writeFile(join(folder, 'entry.ts'), entry);
  const extension = format === 'cjs' ? '.cjs' : '.mjs';
  await build({
    entryPoints: { out: join(folder, 'entry.ts') },
    outdir: folder,
    outExtension: { '.js': extension },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    splitting: format === 'esm',
    keepNames: true,
    logLevel: 'silent',
    nodePaths: [join(process.cwd(), 'node_modules')],
  });
  return { folder, outfile: join(folder, `out${extension}`) };
}

it.each(['cjs', 'esm'] as const)(
  'analyses in plain Node from a %s bundle, with the grammar in it',
  async (format) => {
    const { folder, outfile } = await bundle(format);
    const { stdout } = await run(process.execPath, [outfile], { cwd: folder, timeout: 30_000 });
    expect(stdout.trim()).toBe('DROP TABLE schema,SELECT query,SELECT unknown');
  },
);

it('keeps the grammar in a part of its own, which is loaded on first use', async () => {
  const { folder, outfile } = await bundle('esm');
  const code = await readFile(outfile, 'utf8');
  expect(code.length).toBeLessThan(200_000);
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => [name, (await stat(join(folder, name))).size] as const),
  );
  const large = sizes.filter(([, size]) => size > 1_000_000).map(([name]) => name);
  expect(large).toHaveLength(1);
  // What the analysis reads to the end by itself needs no grammar.
  await rm(join(folder, large[0] ?? ''));
  await writeFile(outfile, code.replace('; SELECT 1; SELECT FROM', ''));
  const { stdout } = await run(process.execPath, [outfile], { cwd: folder, timeout: 30_000 });
  expect(stdout.trim()).toBe('DROP TABLE schema');
});
