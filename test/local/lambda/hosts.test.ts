import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGateway } from '../../../src/local/gateway/gateway.ts';
import {
  createLambdaHosts,
  type LambdaHosts,
  type LambdaHostsOptions,
} from '../../../src/local/lambda/hosts.ts';
import { LambdaService } from '../../../src/local/lambda/service.ts';
import { eventually } from '../../support/eventually.ts';
import { buildLambdaHost } from '../../support/lambda-host.ts';

/** Tells of itself, or does what the event says. */
const HANDLER = `
  let invocations = 0;
  exports.handler = async (event, context) => {
    console.log('line of ' + context.functionName);
    invocations += 1;
    if (event.fail) throw Object.assign(new Error(event.fail), { name: 'LockTimeoutError' });
    if (event.exit) process.exit(1);
    if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (event.spin) for (;;);
    if (event.big) return 'x'.repeat(event.big);
    return {
      pid: process.pid,
      invocations,
      remainingMs: context.getRemainingTimeInMillis(),
      requestId: context.awsRequestId,
      name: context.functionName,
      memory: context.memoryLimitInMB,
      colour: process.env.COLOUR,
      shape: process.env.SHAPE,
      size: process.env.SIZE,
      home: process.env.PG_PASSWORD,
    };
  };`;

let folder: string;
let bundles: { readonly a: string; readonly b: string };
let hostScript: string;
let hosts: LambdaHosts | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-lambda-'));
  bundles = { a: join(folder, 'a.cjs'), b: join(folder, 'b.cjs') };
  await writeFile(bundles.a, HANDLER);
  await writeFile(bundles.b, HANDLER);
  await writeFile(join(folder, 'broken.cjs'), 'exports.handler = (');
  await writeFile(join(folder, 'empty.cjs'), 'exports.main = 1;');
  hostScript = await buildLambdaHost(folder);
});
afterEach(async () => {
  await hosts?.stop();
  hosts = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(options: Partial<LambdaHostsOptions> = {}): LambdaHosts {
  hosts = createLambdaHosts({
    hostScript,
    mode: 'warm',
    functions: {
      a: { bundle: bundles.a, timeoutMs: 30_000, memoryMb: 1024, environment: { COLOUR: 'red' } },
      b: { bundle: bundles.b, timeoutMs: 30_000, environment: { SHAPE: 'round' } },
      brief: { bundle: bundles.a, timeoutMs: 300 },
      broken: { bundle: join(folder, 'broken.cjs'), timeoutMs: 30_000 },
      empty: { bundle: join(folder, 'empty.cjs'), timeoutMs: 30_000 },
    },
    ...options,
  });
  return hosts;
}

const signal = new AbortController().signal;
async function call(name: string, event: object = {}, timeoutMs = 30_000) {
  if (!hosts) throw new Error('start() first');
  return hosts.invoke(name, event, { timeoutMs, signal });
}
async function answer(name: string, event: object = {}): Promise<Record<string, unknown>> {
  const result = await call(name, event);
  if (!result.ok) throw new Error(`${result.errorType}: ${result.errorMessage}`);
  return result.payload as Record<string, unknown>;
}

describe('a handler', () => {
  test('gets its context, its own variables and nothing of the environment of this process', async () => {
    process.env.PG_PASSWORD = 'not for handlers';
    start({ environment: () => ({ COLOUR: 'none', SIZE: 'large' }) });
    const first = await answer('a');
    expect(first).toMatchObject({ name: 'a', memory: '1024', colour: 'red', size: 'large' });
    expect(first.home).toBeUndefined();
    expect(first.remainingMs).toBeGreaterThan(1_000);
    expect(first.remainingMs).toBeLessThanOrEqual(30_000);
    expect(await answer('b')).toMatchObject({ name: 'b', colour: 'none', shape: 'round', pid: first.pid });
    const again = await answer('a');
    expect(again.pid).toBe(first.pid);
    expect(again.shape).toBeUndefined();
    delete process.env.PG_PASSWORD;
  });

  test('has its output handed on line by line, with the name of the function', async () => {
    const lines: [string, string][] = [];
    start({ onLog: (...line) => lines.push(line) });
    await answer('a');
    await eventually(() => expect(lines).toContainEqual(['a', 'line of a']));
  });
});

describe('warm processes', () => {
  test('are reused one invocation at a time, first by those who have loaded the bundle', async () => {
    start();
    const [one, two] = await Promise.all([answer('a'), answer('b')]);
    expect(one.pid).not.toBe(two.pid);
    expect(await answer('b')).toMatchObject({ pid: two.pid, invocations: 2 });
    expect(await answer('a')).toMatchObject({ pid: one.pid, invocations: 2 });
  });

  test('are not more than the configured number', async () => {
    start({ maxConcurrency: 2 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => answer('a')));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBeLessThanOrEqual(2);
    expect(new Set(answers.map(({ requestId }) => requestId)).size).toBe(8);
  });
});

test('a function keeps its own processes, as on AWS', async () => {
  start({ mode: 'own' });
  const [a, b] = [await answer('a'), await answer('b')];
  expect(b.pid).not.toBe(a.pid);
  expect(await answer('a')).toMatchObject({ pid: a.pid, invocations: 2 });
});

test('a fresh process is used once', async () => {
  start({ mode: 'fresh' });
  const [one, two] = [await answer('a'), await answer('a')];
  expect(two).toMatchObject({ invocations: 1 });
  expect(two.pid).not.toBe(one.pid);
  expect(() => process.kill(Number(one.pid), 0)).toThrow('ESRCH');
});

describe('a failure is named as Lambda names it:', () => {
  test.each([
    [
      'an error of the handler by its own name',
      'a',
      { fail: 'orders is locked' },
      'LockTimeoutError',
      /^orders is locked$/,
    ],
    [
      'the timeout of the function',
      'brief',
      { hang: true },
      'Sandbox.Timedout',
      /^RequestId: \S+ Error: Task timed out after 0\.30 seconds$/,
    ],
    [
      'the timeout of a handler that never yields',
      'brief',
      { spin: true },
      'Sandbox.Timedout',
      /timed out after/,
    ],
    ['the end of the process', 'a', { exit: true }, 'Lambda.Unknown', /Runtime exited/],
    ['an answer over 6 MB', 'a', { big: 7_000_000 }, 'Function.ResponseSizeTooLarge', /7000002 bytes/],
    ['a bundle that does not load', 'broken', {}, 'Runtime.ImportModuleError', /broken\.cjs/],
    ['a bundle without a handler', 'empty', {}, 'Runtime.HandlerNotFound', /handler/],
    [
      'an event over 6 MB',
      'a',
      { text: 'x'.repeat(7_000_000) },
      'Lambda.RequestTooLargeException',
      /6291456/,
    ],
    ['an unknown function', 'nobody', {}, 'Lambda.ResourceNotFoundException', /nobody/],
  ])('%s', async (_, name, event, errorType, errorMessage) => {
    start();
    expect(await call(name, event)).toEqual({
      ok: false,
      errorType,
      errorMessage: expect.stringMatching(errorMessage),
    });
    // Whatever went wrong, the next invocation works.
    expect(await answer('b')).toMatchObject({ name: 'b' });
  });
});

/** The handler's own lines, without those that the host adds to its log. */
const saidItself = (line: string): boolean => !line.startsWith('REPORT ');

test('each invocation closes its log with a report of its memory, as on Lambda', async () => {
  const lines: string[] = [];
  start({ onLog: (_, line) => lines.push(line) });
  await answer('a');
  await eventually(() =>
    expect(lines).toContainEqual(expect.stringMatching(/^REPORT .*Max Memory Used: \d+ MB$/)),
  );
});

describe('injected faults', () => {
  test.each([
    ['crash before', 'Lambda.Unknown', 0],
    ['crash after', 'Lambda.Unknown', 1],
    ['throttle', 'Lambda.TooManyRequestsException', 0],
  ] as const)('%s gives %s, with the work done %i times', async (kind, errorType, times) => {
    const lines: string[] = [];
    start({
      faults: ({ sequence }) => (sequence === 1 ? { kind } : undefined),
      onLog: (_, line) => saidItself(line) && lines.push(line),
    });
    expect(await call('a')).toMatchObject({ ok: false, errorType });
    expect(await answer('a')).toMatchObject({ name: 'a' });
    await eventually(() => expect(lines.length).toBe(times + 1));
  });

  test('crash during ends a handler in the middle of its work', async () => {
    start({ faults: () => ({ kind: 'crash during', afterMs: 50 }) });
    expect(await call('a', { hang: true })).toMatchObject({ ok: false, errorType: 'Lambda.Unknown' });
  });

  test('a delivery may come twice, and the second result counts', async () => {
    start({ deliverTwice: true });
    expect(await answer('a')).toMatchObject({ invocations: 2 });
  });
});

test('a caller that stops waiting gets its answer while the handler goes on', async () => {
  start();
  const controller = new AbortController();
  const lines: string[] = [];
  await hosts?.stop();
  start({ onLog: (_, line) => saidItself(line) && lines.push(line) });
  const waiting = hosts?.invoke('a', { hang: true }, { timeoutMs: 30_000, signal: controller.signal });
  await eventually(() => expect(lines).toEqual(['line of a']));
  controller.abort();
  expect(await waiting).toMatchObject({ ok: false });
});

test('the Invoke API answers with the payload, and marks errors', async () => {
  const gateway = await startGateway({ services: [new LambdaService(start())] });
  const invoke = (name: string, event: object) =>
    fetch(`${gateway.endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/lambda/aws4_request, Signature=0',
      },
      body: JSON.stringify(event),
    });
  try {
    const good = await invoke('arn:aws:lambda:us-east-1:000000000000:function:a:live', {});
    expect(good.status).toBe(200);
    expect(good.headers.get('x-amz-function-error')).toBeNull();
    expect(await good.json()).toMatchObject({ name: 'a' });
    const bad = await invoke('a', { exit: true });
    expect(bad.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await bad.json()).toMatchObject({ errorType: 'Runtime.ExitError' });
    const unknown = await invoke('nobody', {});
    expect([unknown.status, unknown.headers.get('x-amzn-errortype')]).toEqual([
      404,
      'ResourceNotFoundException',
    ]);
  } finally {
    await gateway.close();
  }
});
