import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodeOfVerdict, renderError } from '../../../src/cli/render/errors.ts';
import { AmbiguousError, FatalError, InputError } from '../../../src/core/errors.ts';
import { verdicts } from '../../../src/core/lifecycle.ts';

const input = new InputError(
  'the manifest is not valid',
  [
    {
      file: 'm/V1.yaml',
      line: 3,
      column: 5,
      path: 'backfill[0].set',
      message: 'names no column',
      expected: 'one',
    },
    { file: 'm/V2.sql', message: 'is empty' },
  ],
  'mend the files',
);
const fatal = new FatalError('no such database as postgres://u:secret@h/db', {
  code: 'x',
  remedy: 'create it',
  cause: new Error('refused password=secret'),
});
const unforeseen = new TypeError('x is not a function\n    at somewhere secret');

describe('errors for a person', () => {
  it('give all problems of the input at once, ready to click on', () => {
    expect(renderError(input, false)).toBe(
      [
        'error: the manifest is not valid',
        '  m/V1.yaml:3:5: backfill[0].set: names no column (expected one)',
        '  m/V2.sql: is empty',
        'what to do: mend the files',
      ].join('\n'),
    );
  });

  it('say what to do, and no password', () => {
    expect(renderError(fatal, false)).toBe(
      'error: no such database as postgres://u:***@h/db\nwhat to do: create it',
    );
  });

  it('show where they came from only when asked, with their causes', () => {
    const text = renderError(fatal, true);
    expect(text).toMatch(/at .*errors\.test\.ts/);
    expect(text).toContain('caused by:');
    expect(text).not.toContain('secret');
  });

  it('are one sentence for what nobody foresaw', () => {
    expect(renderError(unforeseen, false)).toBe(
      'error: something unexpected happened: x is not a function\nwhat to do: run it again with --debug to see where it came from',
    );
    expect(renderError('text', false)).toContain('something unexpected happened: text');
  });

  it('name the file that Node could not use', async () => {
    const error: unknown = await readFile('/no/such/file').catch((caught: unknown) => caught);
    expect(renderError(error, false)).toBe(
      'error: /no/such/file does not exist\nwhat to do: name one that is there',
    );
    expect(exitCodeOf(error)).toBe(2);
  });

  it.each([
    ['wrong input', input, 2],
    ['what kept a command from beginning', fatal, 2],
    ['an outcome nobody knows', new AmbiguousError('lost', { code: 'y' }), 3],
    ['what nobody foresaw', unforeseen, 3],
  ] as const)('exit code of %s', (_, error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it('exit codes of verdicts', () => {
    expect(verdicts.map((verdict) => [verdict, exitCodeOfVerdict(verdict)])).toEqual([
      ['SUCCEEDED', 0],
      ['REJECTED', 1],
      ['ROLLED_BACK', 1],
      ['RESTORED', 1],
      ['NEEDS_ATTENTION', 3],
    ]);
  });
});
