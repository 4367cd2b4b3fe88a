import { describe, expect, it } from 'vitest';
import { analyzeMigration } from '../../../src/app/make-plan.ts';
import { findingsOf } from '../../../src/core/plan/findings.ts';
import { migrationRules } from '../../../src/core/plan/rules/all.ts';
import { migrationOf, postgres } from '../../support/planning.ts';

type Files = Readonly<Record<string, string>>;

interface Examples {
  readonly finds: readonly (readonly [what: string, files: Files, severity: string, line: number])[];
  readonly passes: readonly (readonly [what: string, files: Files])[];
}

const manifest = (text: string): Files => ({ 'V1__a.yaml': `${text}\nrollback: { policy: restore }\n` });
const script = (text: string): Files => ({ 'V1__a.sql': text });

const fill = 'backfill: [{ table: users, set: { b: "upper(a)" } }]';

const tables: Readonly<Record<string, Examples>> = {
  'rollback-in-script': {
    finds: [['in a script', script('BEGIN;\nSELECT 1;\nROLLBACK;'), 'error', 3]],
    passes: [['back to a savepoint', script('BEGIN; SAVEPOINT a; SELECT 1; ROLLBACK TO a; COMMIT;')]],
  },
  'setting-out-of-reach': {
    finds: [['of one transaction', script("SET LOCAL statement_timeout = '1h';\nVACUUM users;"), 'error', 1]],
    passes: [['of the session', script("SET statement_timeout = '1h';\nVACUUM users;")]],
  },
  'lock-held-through-long-statement': {
    finds: [
      [
        'a constraint validated in the transaction that adds it',
        script(
          'ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT c;',
        ),
        'warning',
        2,
      ],
      [
        'a table seeded in the transaction that makes it refer to others',
        script(
          'CREATE TABLE p (id bigint PRIMARY KEY REFERENCES users (id));\nINSERT INTO p SELECT id FROM users;',
        ),
        'warning',
        2,
      ],
      [
        'a column filled in the transaction that adds it',
        script('ALTER TABLE users ADD COLUMN b text;\nUPDATE users SET b = a WHERE a > 0;'),
        'warning',
        2,
      ],
    ],
    passes: [
      [
        'a constraint validated in a transaction of its own',
        script(
          'BEGIN; ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0) NOT VALID; COMMIT; BEGIN; ALTER TABLE users VALIDATE CONSTRAINT c; COMMIT',
        ),
      ],
      [
        'a file that is cut, because it has a way down',
        {
          ...script('ALTER TABLE users ADD COLUMN b text; UPDATE users SET b = a WHERE a > 0;'),
          'U1__a.sql': 'ALTER TABLE users DROP COLUMN b;',
        },
      ],
      ['a new table', script('CREATE TABLE t (id bigint PRIMARY KEY); INSERT INTO t SELECT id FROM users;')],
      ['a long statement alone', script('CREATE INDEX i ON users (a);')],
    ],
  },
  'backfill-never-matches': {
    finds: [
      [
        'a column with a default',
        manifest(
          'expand: [ALTER TABLE users ADD COLUMN b text DEFAULT false]\nbackfill:\n  - table: users\n    set: { b: "a" }\n    where: b IS NULL',
        ),
        'error',
        3,
      ],
      [
        'an UPDATE of the script',
        script(
          'ALTER TABLE users ADD COLUMN b bool DEFAULT false;\nUPDATE users SET b = true WHERE "b" IS NULL;',
        ),
        'warning',
        2,
      ],
    ],
    passes: [
      [
        'an UPDATE that looks for something else',
        script(
          'ALTER TABLE users ADD COLUMN b bool DEFAULT false;\nUPDATE users SET b = true WHERE a IS NULL;\nUPDATE other SET b = true WHERE b IS NULL;',
        ),
      ],
      [
        'an UPDATE before the default',
        script('UPDATE users SET b = true WHERE b IS NULL;\nALTER TABLE users ALTER b SET DEFAULT false;'),
      ],
      [
        'a column without one',
        manifest(
          'expand: [ALTER TABLE users ADD COLUMN b text]\nbackfill: [{ table: users, set: { b: "a" }, where: b IS NULL }]',
        ),
      ],
    ],
  },
  'drops-what-is-read': {
    finds: [
      [
        'in expand, what the backfill reads',
        manifest(`expand: [ALTER TABLE users ADD COLUMN b text, ALTER TABLE users DROP COLUMN a]\n${fill}`),
        'error',
        1,
      ],
      [
        'in expand, what a check looks at',
        manifest(
          'expand: [ALTER TABLE users DROP COLUMN a]\nchecks: { after: [no_nulls: { table: users, columns: [a] }] }',
        ),
        'error',
        1,
      ],
      [
        'at once, what the running code still reads',
        manifest(
          `expand: [ALTER TABLE users ADD COLUMN b text]\n${fill}\ncontract:\n  after: immediately\n  sql: [ALTER TABLE users DROP COLUMN a]`,
        ),
        'warning',
        5,
      ],
      [
        'in the contract, what the backfill has just filled',
        manifest(
          `expand: [ALTER TABLE users ADD COLUMN b text]\n${fill}\ncontract:\n  after: deployment\n  sql: [ALTER TABLE users DROP COLUMN b]`,
        ),
        'warning',
        5,
      ],
    ],
    passes: [
      [
        'in the contract, after the deployment',
        manifest(
          `expand: [ALTER TABLE users ADD COLUMN b text]\n${fill}\ncontract: { after: deployment, sql: [ALTER TABLE users DROP COLUMN a] }`,
        ),
      ],
      [
        'of two columns kept as each other the one that goes',
        manifest(
          'expand: [ALTER TABLE users ADD COLUMN b text]\nbackfill: [{ table: users, set: { b: a }, where: b IS NULL }, { table: users, set: { a: b }, where: a IS NULL }]\ncontract: { after: deployment, sql: [ALTER TABLE users DROP COLUMN a] }',
        ),
      ],
      [
        'a column of another name, or of another table',
        manifest(
          `expand: [ALTER TABLE users ADD COLUMN b text, ALTER TABLE users DROP COLUMN aa, ALTER TABLE orders DROP COLUMN a]\n${fill}`,
        ),
      ],
    ],
  },
};

async function foundIn(rule: string, files: Files) {
  const migration = migrationOf(files);
  const found = findingsOf(migration, 'up', await analyzeMigration(postgres, migration, 'up'));
  return found
    .filter((finding) => finding.rule === rule)
    .map(({ severity, position }) => [severity, position?.line]);
}

describe.each(Object.entries(tables))('%s', (rule, { finds, passes }) => {
  it.each(finds)('finds: %s', async (_what, files, severity, line) => {
    expect(await foundIn(rule, files)).toEqual([[severity, line]]);
  });

  it.each(passes)('lets pass: %s', async (_what, files) => {
    expect(await foundIn(rule, files)).toEqual([]);
  });
});

it('every rule about a whole migration has its table', () => {
  expect(Object.keys(tables)).toEqual(migrationRules.map(({ rule }) => rule.id));
});

it('the manifest says nothing about the way down', async () => {
  const migration = migrationOf({
    'V1__a.sql': 'ALTER TABLE users ADD COLUMN b text;',
    'U1__a.sql': 'ALTER TABLE users DROP COLUMN b;',
    'V1__a.yaml': 'checks: { after: [{ no_nulls: { table: users, columns: [b] } }] }',
  });
  const analyzed = await analyzeMigration(postgres, migration, 'down');
  expect(findingsOf(migration, 'down', analyzed).filter(({ severity }) => severity === 'error')).toEqual([]);
});
