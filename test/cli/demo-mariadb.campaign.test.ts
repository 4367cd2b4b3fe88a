import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { reasonWithoutMysql } from '../support/mysql.ts';
import { startProgram } from './command-line.ts';

const result = z.object({
  scenarios: z.array(
    z.object({
      name: z.string(),
      verdict: z.string(),
      fingerprintBefore: z.string(),
      fingerprintAfter: z.string(),
      writers: z.object({ acknowledged: z.number().int().positive(), lost: z.number().int() }),
    }),
  ),
});

it('the demo runs its three scenarios on MariaDB and loses no write', {
  timeout: 240_000,
}, async (context) => {
  const missing = await reasonWithoutMysql('mariadb');
  if (missing !== null) return context.skip(missing);
  const args = ['demo', '--engine', 'mariadb', '--rows', '2000', '--json'];
  const { code, stdout, stderr } = await startProgram(args, tmpdir(), {}, 220_000).ended;
  expect(code, stderr).toBe(0);
  const { scenarios } = result.parse(JSON.parse(stdout));
  expect(scenarios.map(({ name, verdict, writers }) => [name, verdict, writers.lost])).toEqual([
    ['expand-contract', 'SUCCEEDED', 0],
    ['rolled-back', 'ROLLED_BACK', 0],
    ['restored', 'RESTORED', 0],
  ]);
  for (const { fingerprintBefore, fingerprintAfter } of scenarios.slice(1)) {
    expect(fingerprintAfter).toBe(fingerprintBefore);
  }
});
