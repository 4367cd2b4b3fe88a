import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../src/local/asl/load.ts';
import { asValidator } from '../local/asl/as-validator.ts';
import { type Graph, type State, shippedMachines, statesOf, successors } from './machines.ts';

const callbacks = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

describe.each(shippedMachines)('the $name machine', ({ definition, text, name: machine }) => {
  const all = statesOf(definition);
  const tasks = all.filter(({ state }) => state.Type === 'Task');
  const invocations = tasks.filter(({ state }) => state.Resource?.includes(':lambda:invoke'));

  it('is valid for the independent validator', () => {
    expect(asValidator(definition)).toEqual([]);
  });

  it('is valid for the local interpreter, which refuses what it does not implement', () => {
    expect(() => loadDefinition(text)).not.toThrow();
  });

  it('fits into a definition of 1 MB', () => {
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
  });

  it('has a deadline on each task', () => {
    expect(invocations.length).toBeGreaterThan(5);
    const endless = namesOf(tasks.filter(({ state }) => !(Number(state.TimeoutSeconds) > 0)));
    expect(endless).toEqual([]);
  });

  it('gives Lambda its own longest time before it calls a task lost', () => {
    const synchronous = invocations.filter(({ state }) => state.Resource !== callbacks);
    expect(namesOf(synchronous.filter(({ state }) => Number(state.TimeoutSeconds) < 900))).toEqual([]);
  });

  it('repeats what may pass by itself, with jitter', () => {
    const transient = [
      'RetryableError',
      'Lambda.ServiceException',
      'Lambda.TooManyRequestsException',
      'Sandbox.Timedout',
    ];
    const unrepeated = invocations.filter(({ state }) =>
      transient.some((error) => !state.Retry?.some(({ ErrorEquals }) => ErrorEquals.includes(error))),
    );
    expect(namesOf(unrepeated)).toEqual([]);
    const retries = tasks.flatMap(({ state }) => state.Retry ?? []);
    expect(retries.filter(({ JitterStrategy }) => JitterStrategy !== 'FULL')).toEqual([]);
  });

  it('repeats the start of the way back when Step Functions itself is in trouble', () => {
    const nested = tasks.filter(({ state }) => state.Resource?.includes(':states:startExecution'));
    expect(nested).toHaveLength(machine === 'migration' ? 1 : 0);
    for (const { state } of nested)
      expect(state.Retry?.[0]?.ErrorEquals).toContain('StepFunctions.ThrottlingException');
  });

  it('repeats nothing that a person or the way back has to decide', () => {
    const decided = ['FatalError', 'InputError', 'StaleFenceError', 'States.ALL', 'States.TaskFailed'];
    const repeated = tasks.filter(({ state }) =>
      state.Retry?.some(({ ErrorEquals }) => ErrorEquals.some((error) => decided.includes(error))),
    );
    expect(namesOf(repeated)).toEqual([]);
  });

  it('does not ask a person again because the answer took too long', () => {
    const waiting = invocations.filter(({ state }) => state.Resource === callbacks);
    expect(waiting.length).toBeGreaterThan(0);
    const again = waiting.filter(({ state }) =>
      state.Retry?.some(({ ErrorEquals }) => ErrorEquals.includes('States.Timeout')),
    );
    expect(namesOf(again)).toEqual([]);
  });

  it('catches every error of every state that can fail, but inside the Map, which catches for its children', () => {
    const canFail = Object.entries(definition.States).filter(
      ([, { Type }]) => Type === 'Task' || Type === 'Map',
    );
    const uncaught = canFail.filter(
      ([, { Catch }]) => !Catch?.some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')),
    );
    expect(uncaught.map(([name]) => name)).toEqual([]);
  });

  it('never lets a Catch lead to success except through the verdict of the way back', () => {
    const verdicts = machine === 'rollback' ? concludingStates(definition) : new Set<string>();
    for (const { name, state, graph } of all) {
      for (const { Next } of state.Catch ?? []) {
        const reached = reachable(graph, Next, verdicts);
        const succeeding = [...reached].filter((one) => graph.States[one]?.Type === 'Succeed');
        expect({ name, succeeding }).toEqual({ name, succeeding: [] });
      }
    }
  });

  it('keeps task tokens between a waiting task and the function that stores them', () => {
    for (const { name, state } of all) {
      const expected = state.Resource === callbacks ? ['taskToken'] : [];
      expect({ name, tokens: pathsTo(state, (value) => /Task\.Token/.test(value)) }).toEqual({
        name,
        tokens: expected,
      });
      if (state.Resource === callbacks) {
        expect(state.Arguments?.FunctionName).toContain('GateFunction');
        expect(state.Output ?? '').not.toContain('taskToken');
      }
    }
  });

  it('holds no secrets', () => {
    expect(text).not.toMatch(/password|secret|credential|connectionString/i);
  });

  it('hands on identifiers: what a function gets is named in a few words', () => {
    const known = [
      'runId',
      'executionArn',
      'input',
      'action',
      'when',
      'lease',
      'fence',
      'purpose',
      'phase',
      'gate',
      'slot',
      'taskToken',
      'backfill',
      'partition',
      'error',
      'verdict',
    ];
    const fields = invocations.flatMap(({ state }) => Object.keys(state.Arguments?.Payload ?? {}));
    expect([...new Set(fields)].filter((field) => !known.includes(field))).toEqual([]);
  });

  it('reads only the kind of an answer, and what goes with it, to choose', () => {
    const answers = all.filter(({ name, state }) => state.Type === 'Choice' && /Answer$/.test(name));
    expect(answers.length).toBeGreaterThan(3);
    for (const { name, state } of answers) {
      for (const { Condition } of state.Choices ?? []) {
        expect({ name, Condition }).toMatchObject({
          Condition: expect.stringMatching(/^\{% \$states\.input\.kind = '(done|continue|wait|paused)'/),
        });
      }
      expect({ name, otherwise: state.Default }).toMatchObject({ otherwise: expect.any(String) });
    }
  });

  it('is explained in the README, state by state, and every arrow drawn there exists', () => {
    const readme = readFileSync(new URL('../../statemachines/README.md', import.meta.url), 'utf8');
    const section = readme.split(/^## /m).find((part) => part.startsWith(`\`${machine}.asl.json\``)) ?? '';
    const explained = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, state]) => String(state));
    expect(explained.toSorted()).toEqual(all.map(({ name }) => name).toSorted());
    const drawn = [...section.matchAll(/^\s*(\w+|\[\*\]) --> (\w+|\[\*\])/gm)]
      .map(([, from, to]) => `${from} --> ${to}`)
      .filter((arrow) => !arrow.includes('[*]'));
    const real = all.flatMap(({ name, state }) => successors(state).map((next) => `${name} --> ${next}`));
    expect(drawn.length).toBeGreaterThan(10);
    expect(drawn.filter((arrow) => !real.includes(arrow))).toEqual([]);
  });
});

const namesOf = (states: readonly { name: string; state: State }[]): string[] =>
  states.map(({ name }) => name);

/** States that write a verdict: the rollback machine may succeed after having failed, when it says so. */
const concludingStates = (graph: Graph): ReadonlySet<string> =>
  new Set(
    Object.entries(graph.States)
      .filter(([, { Arguments }]) => Arguments?.FunctionName?.includes('ConcludeFunction'))
      .map(([name]) => name),
  );

function reachable(graph: Graph, from: string, stopAt: ReadonlySet<string>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const state = graph.States[name];
    if (state !== undefined && !stopAt.has(name)) open.push(...successors(state));
  }
  return seen;
}

/** Names of the fields below a state whose text matches. */
function pathsTo(value: unknown, matches: (text: string) => boolean, key = ''): string[] {
  if (typeof value === 'string') return matches(value) ? [key] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name]) => name !== 'ItemProcessor')
    .flatMap(([name, inner]) => pathsTo(inner, matches, name));
}
