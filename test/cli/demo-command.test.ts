import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type Started, startProgram } from './command-line.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const figure = z.number().nonnegative();
const count = z.number().int().nonnegative();

/** The shape that is promised: these keys and no others. */
const swap = z.strictObject({ step: z.string(), retries: count, maxBlockedMs: z.number().positive() });

const demoResult = z.strictObject({
  scenarios: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(['SUCCEEDED', 'ROLLED_BACK', 'RESTORED']),
      because: z.string().nullable(),
      rows: count,
      seconds: figure,
      rowsPerSecond: figure,
      batches: count,
      snapshotId: z.string(),
      fingerprintBefore: hash,
      fingerprintAfter: hash,
      writers: z.strictObject({
        acknowledged: z.number().int().positive(),
        failed: count,
        lost: z.literal(0),
        p50Ms: figure,
        p99Ms: figure,
        maxBlockedMs: figure,
      }),
      swaps: z.array(swap),
      secondsOfWritesLost: figure,
    }),
  ),
});

const run = promisify(execFile);
const awsEnvironment = {
  PATH: process.env.PATH ?? '',
  HOME: tmpdir(),
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** The demo puts everything it makes below this folder: what is there in the end was left behind. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-demo-test-'));
  await chmod(folder, 0o711);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function startDemo(args: readonly string[], deadlineMs?: number): Started {
  const demo = startProgram(['demo', '--rows', '3000', ...args], folder, { TMPDIR: folder }, deadlineMs);
  onTestFinished(async () => {
    demo.child.kill('SIGTERM');
    await demo.ended.catch(() => undefined);
  });
  return demo;
}

/** But for the server's prepared files, which the next start is glad of. */
async function leftovers(): Promise<string[]> {
  const [scratch = ''] = await readdir(folder);
  return (await readdir(join(folder, scratch))).filter((name) => !/^(template|postgres)-/.test(name));
}

/** What runs with this folder in its arguments or its environment, by Linux's own account. */
async function processes(): Promise<string[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const read = (path: string) => readFile(path, 'latin1').catch(() => '');
  const found = await Promise.all(
    all.map(async (pid) => {
      const command = await read(`/proc/${pid}/cmdline`);
      const about = command + (await read(`/proc/${pid}/environ`));
      return about.includes(folder) ? [command.replaceAll('\0', ' ')] : [];
    }),
  );
  return found.flat();
}

it('the demo proves what it says, answers the aws command, and leaves nothing behind', {
  timeout: 150_000,
}, async (context) => {
  const demo = startDemo(['--json', '--keep'], 120_000);
  await demo.says(/stays up at http:\/\/127\.0\.0\.1:\d+ until Ctrl-C/, 110_000);
  const [, endpoint = ''] = /stays up at (http:\S+)/.exec(demo.written()) ?? [];
  const [, machine = ''] = /--state-machine-arn (\S+)/.exec(demo.written()) ?? [];

  const aws = async (...args: string[]): Promise<unknown> => {
    const { stdout } = await run('aws', ['--endpoint-url', endpoint, '--output', 'json', ...args], {
      env: awsEnvironment,
    });
    return JSON.parse(stdout);
  };
  const hasAws = await run('aws', ['--version'], { env: awsEnvironment }).then(
    () => true,
    () => false,
  );
  if (hasAws) {
    expect(await aws('rds', 'describe-db-instances')).toMatchObject({
      DBInstances: expect.arrayContaining([
        expect.objectContaining({
          DBInstanceIdentifier: 'shop',
          DBInstanceStatus: 'available',
          Engine: 'postgres',
        }),
      ]),
    });
    const input = '{"target":"shop","migration":"2"}';
    const started = (await aws(
      'stepfunctions',
      'start-execution',
      '--state-machine-arn',
      machine,
      '--input',
      input,
    )) as {
      executionArn: string;
    };
    await eventually(async () => {
      const execution = await aws(
        'stepfunctions',
        'describe-execution',
        '--execution-arn',
        started.executionArn,
      );
      // Going back is an end that alarms must hear of.
      expect(execution).toMatchObject({ status: 'FAILED', error: 'ROLLED_BACK' });
    }, 30_000);
    expect(await aws('stepfunctions', 'list-executions', '--state-machine-arn', machine)).toMatchObject({
      executions: expect.arrayContaining([expect.objectContaining({ executionArn: started.executionArn })]),
    });
  }

  demo.child.kill('SIGINT');
  const { code, stdout } = await demo.ended;
  expect(code).toBe(0);
  const { scenarios } = demoResult.parse(JSON.parse(stdout));
  expect(scenarios.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
    'expand-contract SUCCEEDED',
    'rolled-back ROLLED_BACK',
    'restored RESTORED',
  ]);
  const [, undone, restored] = scenarios;
  expect(undone?.fingerprintAfter).toBe(undone?.fingerprintBefore);
  expect(restored?.fingerprintAfter).toBe(restored?.fingerprintBefore);
  expect(restored?.secondsOfWritesLost).toBeGreaterThan(0);
  await eventually(async () => expect(await processes()).toEqual([]));
  expect(await leftovers()).toEqual([]);
  if (!hasAws) context.skip('there is no aws command on this machine; all else of the demo held');
});

it('a table is replaced, swapped back and replaced again, and the writers say how long each swap held them up', {
  timeout: 150_000,
}, async () => {
  const demo = startDemo(['--json', '--scenario', 'replace'], 120_000);
  const { code, stdout } = await demo.ended;
  const { scenarios } = demoResult.parse(JSON.parse(stdout));
  expect(scenarios.map(({ name, verdict, swaps }) => [name, verdict, swaps.map(({ step }) => step)])).toEqual(
    [
      ['swapped-back', 'ROLLED_BACK', ['switch-1', 'undo-2']],
      ['contracted', 'SUCCEEDED', ['switch-1']],
    ],
  );
  const [swappedBack, contracted] = scenarios;
  expect(swappedBack?.because).toBe('rejected by demo');
  expect(swappedBack?.fingerprintAfter).toBe(swappedBack?.fingerprintBefore);
  expect(contracted?.fingerprintAfter).not.toBe(contracted?.fingerprintBefore);
  expect(code).toBe(0);
});

it('an engine on which a scenario is not played is wrong input', { timeout: 60_000 }, async () => {
  const { code, stderr } = await startDemo(['--scenario', 'replace', '--engine', 'mariadb']).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('give it --engine postgres');
});

it('Ctrl-C in the middle of the demo ends it with 130 and leaves nothing behind', {
  timeout: 60_000,
}, async () => {
  const demo = startDemo([]);
  await demo.says('expand-1 done', 40_000);
  expect(await processes()).not.toEqual([]);
  demo.child.kill('SIGINT');
  const { code, stderr } = await demo.ended;
  expect(code).toBe(130);
  expect(stderr).toMatch(/^interrupted: /m);
  await eventually(async () => expect(await processes()).toEqual([]));
  expect(await leftovers()).toEqual([]);
});
