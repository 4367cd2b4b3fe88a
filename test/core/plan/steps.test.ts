import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strongestOf } from '../../../src/core/analysis/lock.ts';
import type { Statement } from '../../../src/core/analysis/statement.ts';
import { titleOf, toSteps } from '../../../src/core/plan/steps.ts';
import { begin, commit, entries, file, session, statement } from '../../support/statements.ts';

const short = (text: string) => statement(text);
const long = (text: string) => statement(text, { long: true });
const alone = (text: string) => statement(text, { transactional: false, long: true });

/** What each step runs, the steps outside transactions marked. */
const shape = (groups: Parameters<typeof toSteps>[1]) =>
  toSteps('expand', groups).map((step) =>
    step.mode === 'alone' ? `alone: ${step.statements.join('; ')}` : step.statements.join('; '),
  );

describe('cutting a script into steps', () => {
  const split = [short('a'), long('b'), short('c'), alone('d'), short('e')];

  it.each<[string, Parameters<typeof shape>[0], string[]]>([
    ['short statements of a file share a transaction', file(false, short('a'), short('b')), ['a; b']],
    ['entries of a manifest do not', entries(short('a'), short('b')), ['a', 'b']],
    [
      'a long one is by itself where the rest can be undone',
      file(false, ...split),
      ['a', 'b', 'c', 'alone: d', 'e'],
    ],
    [
      'a file without a way back stays in one transaction',
      file(true, ...split),
      ['a; b; c', 'alone: d', 'e'],
    ],
    [
      'BEGIN and COMMIT are boundaries and are not executed',
      file(true, short('a'), begin, short('b'), short('c'), commit, short('d')),
      ['a', 'b; c', 'd'],
    ],
    ['an empty file does nothing', file(true), []],
    ['nor does one of settings alone', file(true, session('SET a'), begin, commit), []],
    [
      'settings come again at the head of each later step',
      file(false, session('SET a'), short('b'), long('c'), session('SET d'), short('e')),
      ['SET a; b', 'SET a; c', 'SET a; SET d; e'],
    ],
    [
      'a setting does not end the transaction it stands in',
      file(true, short('a'), session('SET b'), short('c')),
      ['a; SET b; c'],
    ],
    [
      'a setting at the end of a transaction is not lost',
      file(false, short('a'), session('LISTEN b')),
      ['a; LISTEN b'],
    ],
    [
      'settings reach what runs outside transactions as well',
      file(false, session('SET a'), alone('b'), session('SET c'), alone('d')),
      ['alone: SET a; b', 'alone: SET a; SET c; d'],
    ],
    [
      'what Lockkeeper overrules is not run',
      file(false, statement('SET lock_timeout = 0', { kind: 'overruled' }), short('a'), alone('b')),
      ['a', 'alone: b'],
    ],
    [
      'settings hold for their own group only',
      [...file(false, session('SET a'), short('b')), ...file(false, short('c'))],
      ['SET a; b', 'c'],
    ],
    [
      'what holds for a transaction ends with it',
      file(
        false,
        session('SET a', { verb: 'SET' }),
        begin,
        session('SET LOCAL b', { verb: 'SET LOCAL' }),
        long('c'),
        long('d'),
        commit,
        short('e'),
      ),
      ['SET a; SET LOCAL b; c', 'SET a; SET LOCAL b; d', 'SET a; e'],
    ],
    [
      'DISCARD ALL forgets the settings and is not run',
      file(false, session('SET a'), short('b'), session('DISCARD ALL', { transactional: false }), short('c')),
      ['SET a; b', 'c'],
    ],
    [
      'the rows of a temporary table stay in reach',
      file(
        false,
        session('CREATE TEMP TABLE t', {
          findings: [{ rule: 'temporary-table', severity: 'warning', message: '' }],
        }),
        short('INSERT INTO t'),
        long('INSERT INTO u SELECT FROM t'),
      ),
      ['CREATE TEMP TABLE t; INSERT INTO t; INSERT INTO u SELECT FROM t'],
    ],
  ])('%s', (_name, groups, expected) => {
    expect(shape(groups)).toEqual(expected);
  });

  it('runs every statement once and in order, settings apart, however it is cut', () => {
    const kinds = fc.constantFrom<(text: string) => Statement>(short, long, alone, (text) => session(text));
    const markers = fc.constantFrom(begin, commit);
    const scripts = fc.array(fc.oneof({ weight: 6, arbitrary: kinds }, { weight: 1, arbitrary: markers }));
    fc.assert(
      fc.property(scripts, fc.boolean(), (parts, atomic) => {
        const script = parts.map((part, index) => (typeof part === 'function' ? part(`s${index}`) : part));
        const own = script.filter((each) => each.kind === 'schema').map((each) => each.text);
        const ran = toSteps('expand', file(atomic, ...script)).flatMap((step) =>
          step.statements.filter((text) => own.includes(text)),
        );
        expect(ran).toEqual(own);
      }),
    );
  });

  it('numbers the steps of a phase and says where each begins', () => {
    const at = (line: number) => ({ position: { path: 'V1.sql', line, column: 1 } });
    const steps = toSteps('undo', file(false, session('SET a', at(1)), statement('b', at(2))), 4);
    expect(steps.map(({ id, phase, source }) => [id, phase, source?.line])).toEqual([['undo-4', 'undo', 2]]);
  });

  it('is long, destroys and locks as its statements do', () => {
    const modes = ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE'];
    const lock = (mode: string, ...tables: string[]) => ({
      lock: strongestOf(
        modes,
        tables.map((table) => ({ mode, table })),
      ),
    });
    const [step] = toSteps(
      'expand',
      file(
        true,
        statement('a', lock('ROW EXCLUSIVE', 'x')),
        statement('b', { ...lock('SHARE', 'y'), long: true }),
        statement('c', { ...lock('SHARE', 'z', 'y'), destroys: true }),
        statement('d', lock('SHARE UPDATE EXCLUSIVE', 'w')),
      ),
    );
    expect(step).toMatchObject({ long: true, destroys: true, lock: { mode: 'SHARE', tables: ['y', 'z'] } });
  });
});

describe('the title of a step', () => {
  it.each([
    ['one line', 'ALTER TABLE a\n  ADD b int', 'ALTER TABLE a ADD b int'],
    ['without comments', '-- why\nSELECT 1', 'SELECT 1'],
    ['cut where it is long', 'x'.repeat(200), `${'x'.repeat(99)}…`],
    ['never within a character', '😀'.repeat(200), `${'😀'.repeat(99)}…`],
  ])('is %s', (_name, text, expected) => {
    expect(titleOf([statement(text)])).toBe(expected);
  });

  it('counts the others', () => {
    expect(titleOf([statement('a'), statement('b'), statement('c')])).toBe('a (and 2 more)');
  });
});
