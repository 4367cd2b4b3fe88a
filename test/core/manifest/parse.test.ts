import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../src/core/errors.ts';
import type { Manifest } from '../../../src/core/manifest/manifest.ts';
import { parseManifest } from '../../../src/core/manifest/parse.ts';
import { invalidManifests, malformedManifests, validManifests } from './examples.ts';

const path = 'db/V042__x.yaml';

function accepted(yaml: string): Manifest {
  const result = parseManifest(path, yaml);
  if (!result.ok) throw new Error(result.problems.map(describeProblem).join('\n'));
  return result.manifest;
}

function problemsOf(yaml: string): string[] {
  const result = parseManifest(path, yaml);
  return result.ok
    ? []
    : result.problems.map((problem) => describeProblem(problem).replace(/^[^:]+:\s?/, ''));
}

const example = (name: string): string => {
  const yaml = validManifests[name];
  if (yaml === undefined) throw new Error(`no example called ${name}`);
  return yaml;
};

describe('a manifest', () => {
  it('is read with every default filled in', () => {
    expect(accepted('backfill: [{ table: users, set: { a: b } }]\ncontract: { sql: [x] }')).toEqual({
      path,
      backfills: [
        {
          table: { value: 'users', path, line: 1, column: 21 },
          set: { a: 'b' },
          batch: { targetMs: 100, maxRows: 100_000, initialRows: 1000 },
          parallelism: 2,
          pace: 0.7,
          keepCurrent: false,
        },
      ],
      checks: { before: [], after: [] },
      contract: { gate: { opens: 'approval' }, statements: [{ value: 'x', path, line: 2, column: 19 }] },
      rollback: { policy: 'down-then-restore' },
      snapshot: { value: 'always', path, line: 1, column: 1 },
      lockTimeoutMs: 500,
      lockRetryForMs: 2_400_000,
      keepHistory: false,
    } satisfies Manifest);
  });

  it('is read with everything it spells out', () => {
    expect(accepted(example('everything spelled out'))).toEqual({
      path,
      summary: 'every key',
      expand: [
        {
          value:
            "ALTER TABLE app.orders ADD COLUMN total numeric(12,2);\nCOMMENT ON COLUMN app.orders.total IS 'net';\n",
          path,
          line: 5,
          column: 5,
        },
      ],
      backfills: [
        {
          table: { value: 'app.orders', path, line: 8, column: 12 },
          set: { total: 'amount', state: "'open'" },
          where: 'total IS NULL',
          key: ['tenant_id', 'id'],
          batch: { targetMs: 100, initialRows: 500, maxRows: 20_000 },
          parallelism: 4,
          pace: 0.5,
          keepCurrent: false,
        },
        {
          table: { value: 'app.lines', path, line: 16, column: 14 },
          set: { total: 'amount' },
          key: ['id'],
          batch: { targetMs: 100, initialRows: 1000, maxRows: 100_000 },
          parallelism: 2,
          pace: 0.7,
          keepCurrent: false,
        },
      ],
      checks: {
        before: [
          {
            value: { check: 'row_count', table: 'app.orders', expect: { is: 'at_least', rows: 1 } },
            path,
            line: 19,
            column: 7,
          },
          {
            value: {
              check: 'no_orphans',
              table: 'app.orders',
              columns: ['customer_id'],
              references: { table: 'app.customers', columns: ['id'] },
            },
            path,
            line: 20,
            column: 7,
          },
        ],
        after: [
          {
            value: { check: 'row_count', table: 'app.orders', expect: { is: 'exactly', rows: 1000 } },
            path,
            line: 22,
            column: 7,
          },
          {
            value: { check: 'constraint_valid', table: 'app.orders', constraint: 'orders_total_positive' },
            path,
            line: 23,
            column: 7,
          },
          {
            value: {
              check: 'sql',
              name: 'no negative total',
              query: 'SELECT 1 FROM app.orders WHERE total < 0',
              expect: { is: 'no_rows' },
            },
            path,
            line: 24,
            column: 7,
          },
          {
            value: {
              check: 'sql',
              name: 'sum',
              query: 'SELECT sum(total) FROM app.orders',
              expect: { is: 'value', value: '1.50' },
            },
            path,
            line: 25,
            column: 7,
          },
        ],
      },
      contract: {
        gate: { opens: 'delay', seconds: 86_400 },
        statements: [{ value: 'ALTER TABLE app.orders DROP COLUMN amount', path, line: 29, column: 7 }],
      },
      rollback: { policy: 'down' },
      snapshot: { value: 'auto', path, line: 31, column: 11 },
      lockTimeoutMs: 250,
      lockRetryForMs: 600_000,
      keepHistory: true,
    } satisfies Manifest);
  });

  it('keeps rows current by default exactly when it says which are left to do', () => {
    const backfill = (rest: string) =>
      accepted(`backfill: [{ table: a, set: { a: b }${rest} }]`).backfills[0]?.keepCurrent;
    expect(backfill('')).toBe(false);
    expect(backfill(', where: a IS NULL')).toBe(true);
    expect(backfill(', where: a IS NULL, keep_current: false')).toBe(false);
    expect(backfill(', keep_current: true')).toBe(true);
  });

  it('never begins a backfill with more rows than it allows', () => {
    const yaml = 'backfill: [{ table: a, set: { a: b }, batch: { max: 50 } }]';
    expect(accepted(yaml).backfills[0]?.batch).toEqual({ targetMs: 100, initialRows: 50, maxRows: 50 });
  });

  it.each([
    ['approval', { opens: 'approval' }],
    ['deployment', { opens: 'deployment' }],
    ['immediately', { opens: 'immediately' }],
    ['{ delay: 90s }', { opens: 'delay', seconds: 90 }],
    ['{ delay: 7d }', { opens: 'delay', seconds: 604_800 }],
    ['{ delay: 1500ms }', { opens: 'delay', seconds: 2 }],
  ])('opens its contract after %s', (after, gate) => {
    expect(accepted(`contract: { after: ${after}, sql: [x] }`).contract?.gate).toEqual(gate);
  });

  it.each([
    ['no_rows', { is: 'no_rows' }],
    ['0', { is: 'value', value: '0' }],
    ['true', { is: 'value', value: 'true' }],
    ['"t"', { is: 'value', value: 't' }],
    ['1.50', { is: 'value', value: '1.50' }],
    ['18446744073709551615', { is: 'value', value: '18446744073709551615' }],
  ])('expects %s of a query as it is written', (written, expected) => {
    const manifest = accepted(`checks: { after: [{ sql: { name: a, query: b, expect: ${written} } }] }`);
    expect(manifest.checks.after[0]?.value).toMatchObject({ expect: expected });
  });

  it('merges a mapping and finds its parts where they are written', () => {
    const [first, second] = accepted(example('a merge key')).backfills;
    expect(first?.table).toEqual({ value: 'users', path, line: 3, column: 21 });
    expect(second).toMatchObject({
      table: { value: 'people', line: 4, column: 26 },
      set: { a: 'b' },
      pace: 0.2,
    });
  });
});

describe('the place of a text', () => {
  it.each([
    ['plain', 'expand:\n  - SELECT 1', 2, 5],
    ['in double quotes', 'expand:\n  - "SELECT 1"', 2, 6],
    ['in single quotes', "expand: ['SELECT 1']", 1, 11],
    ['a literal block', 'expand:\n  - |\n    SELECT 1', 3, 5],
    ['a literal block with a comment', 'expand:\n  - |- # why\n      SELECT 1', 3, 7],
    ['a block whose indentation is stated', 'expand:\n  - |1\n     SELECT 1', 3, 4],
    ['a block that begins with an empty line', 'expand:\n  - |\n\n    SELECT 1', 3, 1],
    ['a folded block', 'expand:\n  - >\n    SELECT\n    1', 3, 5],
    ['behind Windows line ends', 'summary: x\r\nexpand:\r\n  - |\r\n    SELECT 1\r\n', 4, 5],
    ['behind a byte order mark', '\uFEFFexpand: [SELECT 1]', 1, 10],
    ['through an alias', 'contract: { sql: &s [SELECT 1] }\nexpand: *s', 1, 22],
  ])('is that of its first character: %s', (_name, yaml, line, column) => {
    const [statement] = accepted(yaml).expand ?? [];
    expect(statement).toMatchObject({ path, line, column });
    expect(statement?.value).toContain('SELECT');
  });

  it('lets each line of a literal block be found in the file', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z ]{0,6}[a-z;]$/), { minLength: 1, maxLength: 6 }),
        fc.nat(5),
        fc.integer({ min: 1, max: 6 }),
        (statements, linesBefore, indent) => {
          const unindented = statements.map((line) => line.trimStart());
          const block = unindented.map((line) => `${' '.repeat(indent)}${line}`).join('\n');
          const yaml = `${'# note\n'.repeat(linesBefore)}expand:\n- |\n${block}\n`;
          const [located] = accepted(yaml).expand ?? [];
          const fileLines = yaml.split('\n');
          for (const [index, line] of (located?.value ?? '').trimEnd().split('\n').entries()) {
            expect(fileLines[(located?.line ?? 0) - 1 + index]?.trimStart()).toBe(line);
          }
          expect(located?.column).toBe(indent + 1);
        },
      ),
    );
  });
});

describe('a refused manifest', () => {
  it.each(invalidManifests)('lists all that is wrong: $name', ({ yaml, problems }) => {
    expect(problemsOf(yaml)).toEqual(problems);
  });

  it.each(malformedManifests)('says where it cannot be read: $name', ({ yaml, problems }) => {
    const found = problemsOf(yaml);
    expect(found).toHaveLength(problems.length);
    for (const [index, pattern] of problems.entries()) expect(found[index]).toMatch(pattern);
  });

  it('gets the problems of all its parts together', () => {
    const yaml = [
      'expand: x',
      'backfill: y',
      'checks: z',
      'contract: a',
      'rollback: b',
      'snapshot: c',
      'foo: d',
    ];
    expect(problemsOf(yaml.join('\n')).map((problem) => Number(problem.split(':')[0]))).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
  });

  it('never ends in an exception, and each problem has its file', () => {
    const words = fc.constantFrom(
      'expand',
      'backfill',
      'table',
      'set',
      'checks',
      'sql',
      'contract',
      ': ',
      ':\n',
      '- ',
      '\n',
      '  ',
      '\t',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|',
      '>',
      '&a',
      '*a',
      '<<',
      '?',
      '!x',
      '%',
      '---',
      '#',
      ',',
      'null',
      '1',
      '~',
      '\uFEFF',
      '\r\n',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 25 }), (parts) => {
        const result = parseManifest(path, parts.join(''));
        if (result.ok) return;
        expect(result.problems.length).toBeGreaterThan(0);
        for (const problem of result.problems) {
          expect(problem.file).toBe(path);
          expect(problem.message).not.toBe('');
          if (problem.line !== undefined) expect(problem.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
