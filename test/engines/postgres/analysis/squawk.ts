import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';

const bin = join(import.meta.dirname, '../../../../node_modules/squawk-cli/js/bin/squawk');

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
