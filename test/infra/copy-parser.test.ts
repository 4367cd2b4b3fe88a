import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './synth.ts';

const run = promisify(execFile);
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-parser-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** As a deployment bundles a function. */
const bundle = (contents: string) =>
  build({
    stdin: { contents, resolveDir: root },
    outfile: join(folder, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });

const copyParser = () => run(process.execPath, [join(root, 'infra/copy-parser.mjs'), root, folder]);

describe('a bundle', () => {
  it('that parses SQL finds the parser beside itself, away from every package', async () => {
    await bundle(`
      import { parse } from 'libpg-query';
      parse('SELECT 1').then((tree) => console.log(tree.stmts.length));
    `);
    await copyParser();
    expect((await run(process.execPath, ['index.js'], { cwd: folder })).stdout).toBe('1\n');
  });

  it('that does not is left as it is', async () => {
    await bundle('console.log("nothing to parse")');
    await copyParser();
    expect(await readdir(folder)).toEqual(['index.js']);
  });
});
