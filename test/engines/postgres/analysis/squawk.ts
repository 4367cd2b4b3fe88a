import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';

const bin = join(import.meta.dirname, '../../../../node_modules/squawk-cli/js/bin/squawk');

const native = createRequire(bin).resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/squawk`);

const reported = z.array(z.object({ file: z.string(), rule_name: z.string() }));

/** The rules that squawk reports, for each script in its order. */
export async function squawk(scripts: readonly string[]): Promise<readonly (readonly string[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-squawk-'));
  try {
    await Promise.all(scripts.map((text, index) => writeFile(join(folder, `${index}.sql`), `${text};\n`)));
    const findings = reported.parse(JSON.parse(await run(folder, scripts.length)));
    const rules = scripts.map(() => new Set<string>());
    for (const { file, rule_name } of findings) rules[Number(basename(file, '.sql'))]?.add(rule_name);
    return rules.map((names) => [...names].toSorted());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Every rule of the installed squawk. It has no command that lists them: its program holds their names in one text without
 * anything between them. Those that are known are cut out of it; what is left is one that is not known.
 */
export async function squawkRules(known: readonly string[]): Promise<readonly string[]> {
  const program = (await readFile(native)).toString('latin1');
  const [names] = /require-concurrent-index-creationrequire-[a-z-]+/.exec(program) ?? [];
  if (names === undefined) throw new Error('the names of the rules are not where they were');
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  const cut = names.split(new RegExp(`(${longestFirst.join('|')})`)).filter((part) => part !== '');
  return [...new Set(cut)];
}

/** It ends with 1 when it finds anything. */
function run(folder: string, count: number): Promise<string> {
  const files = Array.from({ length: count }, (_, index) => `${index}.sql`);
  const args = [bin, '--reporter', 'json', '--pg-version', '18.0', ...files];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      if (stdout !== '') resolve(stdout);
      else reject(new Error(`squawk said nothing: ${stderr}`, { cause: error }));
    });
  });
}
