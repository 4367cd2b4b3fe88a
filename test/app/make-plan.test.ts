import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/app/make-plan.ts';
import { preflight } from '../../src/app/preflight.ts';
import { InputError } from '../../src/core/errors.ts';
import type { Plan, Step } from '../../src/core/plan/plan.ts';
import { migrationOf, planFiles, postgres, sha256 } from '../support/planning.ts';
import { users as anyUsers } from '../support/statements.ts';

const users = {
  ...anyUsers,
  columns: [...anyUsers.columns, { name: 'email_confirmation_token', nullable: true }],
};

/** A step as a DBA reads it: where it runs, what it holds up, what it is. */
const line = (step: Step): string =>
  [
    step.id,
    ...(step.mode === 'alone' ? ['alone'] : []),
    ...(step.long ? ['long'] : []),
    ...(step.destroys ? ['DESTROYS'] : []),
    ...(step.source === null ? ['own'] : []),
    step.lock === null ? 'no lock' : `${step.lock.mode} on ${step.lock.tables.join(', ') || '?'}`,
    step.title.replaceAll(/keep_[0-9a-f]{12}/g, 'keep').slice(0, 60),
  ].join(' | ');

const undone = (plan: Plan): string[] => [
  ...plan.rollback.undo.map(
    (step) =>
      `${step.title.replaceAll(/keep_[0-9a-f]{12}/g, 'keep').slice(0, 60)} <- ${step.undoes.join(', ')}`,
  ),
  ...plan.rollback.notUndone.map(({ step, reason }) => `${step}: ${reason}`),
];

const found = (plan: Plan): string[] =>
  plan.findings.map(
    ({ severity, rule, position }) => `${severity} ${rule} ${position?.path}:${position?.line}`,
  );

async function problemsOf(work: Promise<unknown>) {
  const error = await work.catch((caught: unknown) => caught);
  if (!(error instanceof InputError)) throw error ?? new Error('it was accepted');
  return error.problems.map((problem) => `${problem.file}:${problem.line}: ${problem.message}`);
}

const verified = (column: string) => `
expand:
  - ALTER TABLE users ADD COLUMN email_verified ${column}
  - CREATE INDEX CONCURRENTLY idx_users_email_verified ON users (email_verified)
backfill:
  - table: users
    set: { email_verified: "email_confirmation_token IS NULL" }
    where: "email_verified IS NULL"
contract:
  after: deployment
  sql:
    - ALTER TABLE users DROP COLUMN email_confirmation_token
`;
const undoVerified = `ALTER TABLE users ADD COLUMN IF NOT EXISTS email_confirmation_token text;
ALTER TABLE users DROP COLUMN email_verified;`;

describe('expand and contract', () => {
  it('holds locks for moments only, keeps writes in step, and waits for the deployment to destroy', async () => {
    const plan = await planFiles(
      { 'V1__verified.yaml': verified('boolean'), 'U1__verified.sql': undoVerified },
      { tables: { users } },
    );
    expect(plan.steps.map(line)).toEqual([
      'expand-1 | ACCESS EXCLUSIVE on users | ALTER TABLE users ADD COLUMN email_verified boolean',
      'expand-2 | alone | long | SHARE UPDATE EXCLUSIVE on users | CREATE INDEX CONCURRENTLY idx_users_email_verified ON users ',
      'expand-3 | own | SHARE ROW EXCLUSIVE on users | CREATE OR REPLACE FUNCTION "lockkeeper"."keep"() RETURNS tri',
      'contract-1 | own | ACCESS EXCLUSIVE on users | DROP TRIGGER IF EXISTS "lockkeeper_keep" ON "users" (and 1 m',
      'contract-2 | DESTROYS | ACCESS EXCLUSIVE on users | ALTER TABLE users DROP COLUMN email_confirmation_token',
    ]);
    expect(undone(plan)).toEqual([
      'DROP TRIGGER IF EXISTS "lockkeeper_keep" ON "users" (and 1 m <- expand-3',
      'ALTER TABLE users ADD COLUMN IF NOT EXISTS email_confirmatio <- contract-2',
      // The column takes its index along.
      'ALTER TABLE users DROP COLUMN email_verified <- expand-1, expand-2',
    ]);
    expect(found(plan)).toEqual(['danger destructive-statement V1__verified.yaml:12']);
    expect(plan).toMatchObject({
      gate: { opens: 'deployment' },
      approvalReasons: [],
      restorePoint: { take: true },
    });
  });

  it('needs a person where there is no snapshot to go back to', async () => {
    const plan = await planFiles(
      { 'V1__verified.yaml': verified('boolean'), 'U1__verified.sql': undoVerified },
      { tables: { users }, restorable: false },
    );
    expect(plan.approvalReasons).toEqual([
      'contract-2 destroys data: ALTER TABLE users DROP COLUMN email_confirmation_token',
    ]);
  });

  it('names the default for which the backfill would never find a row', async () => {
    const files = {
      'V1__verified.yaml': verified('boolean DEFAULT FALSE'),
      'U1__verified.sql': undoVerified,
    };
    expect(await problemsOf(planFiles(files, { tables: { users } }))).toEqual([
      expect.stringMatching(
        /^V1__verified.yaml:6: the backfill of users looks for email_verified IS NULL, but/,
      ),
    ]);
  });
});

describe('NOT NULL on a large table', () => {
  it('validates beside running writes, and dropping the column undoes all of it', async () => {
    const plan = await planFiles(
      {
        'V3__country.sql': 'ALTER TABLE users ADD COLUMN country text;\n',
        'V3__country.yaml': `
backfill:
  - { table: users, set: { country: "'unknown'" }, where: "country IS NULL" }
contract:
  after: approval
  sql:
    - ALTER TABLE users ADD CONSTRAINT users_country_set CHECK (country IS NOT NULL) NOT VALID
    - ALTER TABLE users VALIDATE CONSTRAINT users_country_set
    - ALTER TABLE users ALTER COLUMN country SET NOT NULL
    - ALTER TABLE users DROP CONSTRAINT users_country_set
`,
        'U3__country.sql': 'ALTER TABLE users DROP COLUMN country;',
      },
      { tables: { users } },
    );
    expect(plan.steps.filter((step) => step.phase === 'contract').map(line)).toEqual([
      'contract-1 | own | ACCESS EXCLUSIVE on users | DROP TRIGGER IF EXISTS "lockkeeper_keep" ON "users" (and 1 m',
      'contract-2 | ACCESS EXCLUSIVE on users | ALTER TABLE users ADD CONSTRAINT users_country_set CHECK (co',
      'contract-3 | long | SHARE UPDATE EXCLUSIVE on users | ALTER TABLE users VALIDATE CONSTRAINT users_country_set',
      'contract-4 | ACCESS EXCLUSIVE on users | ALTER TABLE users ALTER COLUMN country SET NOT NULL',
      'contract-5 | ACCESS EXCLUSIVE on users | ALTER TABLE users DROP CONSTRAINT users_country_set',
    ]);
    expect(undone(plan)).toEqual([
      'DROP TRIGGER IF EXISTS "lockkeeper_keep" ON "users" (and 1 m <- expand-2',
      'ALTER TABLE users DROP COLUMN country <- expand-1, contract-2, contract-3, contract-4',
    ]);
    expect(found(plan)).toEqual([]);
    expect(plan.approvalReasons).toEqual([]);
  });

  it('written as plain SQL, says what is wrong with one UPDATE over the whole table', async () => {
    const plan = await planFiles({
      'V3__country.sql': `ALTER TABLE users ADD COLUMN country text;
UPDATE users SET country = 'unknown';
ALTER TABLE users ALTER COLUMN country SET NOT NULL;
`,
      'U3__country.sql': 'ALTER TABLE users DROP COLUMN country;',
    });
    expect(found(plan)).toContain('warning update-without-where V3__country.sql:2');
    expect(found(plan)).toContain('warning set-not-null-scan V3__country.sql:3');
    expect(plan.steps.map((step) => step.title)).toHaveLength(3);
    // Nothing older is lost, and dropping the column takes all of it back.
    expect(plan.approvalReasons).toEqual([]);
    expect(undone(plan)).toEqual(['ALTER TABLE users DROP COLUMN country <- expand-1, expand-2, expand-3']);
  });

  it('and constraints without a name are undone by the names that the server gives them', async () => {
    const up =
      'ALTER TABLE users ADD CHECK (age > 0), ADD UNIQUE (mail), ADD FOREIGN KEY (boss) REFERENCES users;\n';
    const drop = (name: string) => `ALTER TABLE users DROP CONSTRAINT ${name};\n`;
    const down = drop('users_boss_fkey') + drop('users_mail_key');
    const plan = await planFiles({ 'V4__c.sql': up, 'U4__c.sql': down });
    expect(undone(plan)).toEqual([
      'ALTER TABLE users DROP CONSTRAINT users_boss_fkey <- expand-1',
      'ALTER TABLE users DROP CONSTRAINT users_mail_key <- expand-1',
      'expand-1: the down script does not reverse that it creates constraint users_age_check of users',
    ]);
    const all = await planFiles({ 'V4__c.sql': up, 'U4__c.sql': down + drop('users_age_check') });
    expect(all.rollback.notUndone).toEqual([]);
  });
});

const preferences = `BEGIN;
CREATE TABLE user_preferences (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  language text NOT NULL DEFAULT 'en'
);
CREATE INDEX idx_user_preferences_language ON user_preferences (language);
COMMENT ON TABLE user_preferences IS 'what users like';
GRANT SELECT ON user_preferences TO reporting;
INSERT INTO user_preferences (user_id) SELECT id FROM users;
CREATE INDEX idx_user_preferences_user ON user_preferences (user_id);
COMMIT;
`;

describe('a plain Flyway file', () => {
  it('without a way down stays the one transaction its author wrote', async () => {
    const plan = await planFiles({ 'V001__add_user_preferences.sql': preferences });
    expect(plan.steps.map(line)).toEqual([
      'expand-1 | long | SHARE ROW EXCLUSIVE on users | CREATE TABLE user_preferences ( user_id uuid PRIMARY KEY REF',
    ]);
    expect(plan.steps[0]?.statements).toHaveLength(6);
    expect(undone(plan)).toEqual(['expand-1: there is no down script (lockkeeper draft-down drafts one)']);
    expect(found(plan)).toEqual([
      'note own-transaction-control V001__add_user_preferences.sql:1',
      'note cascading-delete V001__add_user_preferences.sql:2',
      'warning bulk-insert V001__add_user_preferences.sql:9',
      'note own-transaction-control V001__add_user_preferences.sql:11',
      'warning lock-held-through-long-statement V001__add_user_preferences.sql:9',
      'warning lock-held-through-long-statement V001__add_user_preferences.sql:10',
    ]);
  });

  it('with one, is cut where it takes long; dropping the table undoes every part', async () => {
    const plan = await planFiles({
      'V001__add_user_preferences.sql': preferences,
      'U001__add_user_preferences.sql': 'DROP TABLE user_preferences;',
    });
    expect(plan.steps.map(line)).toEqual([
      'expand-1 | SHARE ROW EXCLUSIVE on users | CREATE TABLE user_preferences ( user_id uuid PRIMARY KEY REF',
      'expand-2 | long | ROW EXCLUSIVE on user_preferences | INSERT INTO user_preferences (user_id) SELECT id FROM users',
      'expand-3 | long | SHARE on user_preferences | CREATE INDEX idx_user_preferences_user ON user_preferences (',
    ]);
    expect(undone(plan)).toEqual(['DROP TABLE user_preferences <- expand-1, expand-2, expand-3']);
  });
});

describe('a file of everything', () => {
  it('pairs each down statement with what it takes back, and names what stays', async () => {
    const plan = await planFiles({
      'V5__mixed.sql': `ALTER TABLE users RENAME COLUMN mail TO email;
ALTER TABLE users ALTER COLUMN active SET DEFAULT true;
CREATE OR REPLACE VIEW active_users AS SELECT * FROM users WHERE active;
GRANT SELECT ON orders TO reporting;
COMMENT ON COLUMN users.email IS 'where to write';
DROP INDEX CONCURRENTLY idx_users_mail;
CREATE TABLE a (id int);
CREATE TABLE b (id int);
INSERT INTO roles (name) VALUES ('auditor');
`,
      'U5__mixed.sql': `DROP TABLE a, b;
CREATE INDEX CONCURRENTLY idx_users_mail ON users (mail);
CREATE OR REPLACE VIEW active_users AS SELECT id FROM users WHERE active;
ALTER TABLE users ALTER COLUMN active DROP DEFAULT;
ALTER TABLE users RENAME COLUMN email TO mail;
`,
    });
    expect(undone(plan)).toEqual([
      'DROP TABLE a, b <- expand-3',
      'CREATE INDEX CONCURRENTLY idx_users_mail ON users (mail) <- expand-2',
      'CREATE OR REPLACE VIEW active_users AS SELECT id FROM users  <- expand-1',
      'ALTER TABLE users ALTER COLUMN active DROP DEFAULT <- expand-1',
      'ALTER TABLE users RENAME COLUMN email TO mail <- expand-1',
      'expand-1: the down script does not reverse that it alters table orders (grant privileges), alters column email of users (comment)',
      'expand-3: the down script does not reverse that it writes to roles',
    ]);
    expect(plan.steps.map((step) => step.mode)).toEqual(['transaction', 'alone', 'transaction']);
  });

  it('is refused with the problems of both ways', async () => {
    const problems = await problemsOf(
      planFiles({
        'V6__no.sql': `BEGIN;
CREATE TABLE a (id int);
ROLLBACK;
SET LOCAL search_path = app;
CREATE INDEX CONCURRENTLY i ON users (mail);
`,
        'U6__no.sql': 'BEGIN;\nDROP INDEX CONCURRENTLY i;\nCOMMIT;\n',
      }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^U6__no.sql:2: DROP INDEX CONCURRENTLY stands between BEGIN and COMMIT/),
      expect.stringMatching(/^V6__no.sql:3: ROLLBACK would take back/),
      expect.stringMatching(/^V6__no.sql:4: SET LOCAL holds for one transaction/),
    ]);
  });

  it('says its settings in each session, and everything else once', async () => {
    const plan = await planFiles({
      'V7__dump.sql': `SET lock_timeout = 0;
SET statement_timeout = 0;
SELECT pg_catalog.set_config('lock_timeout', '1h', false);
SELECT set_config('search_path', 'app', false), set_config('LOCK_TIMEOUT', '0', false);
ALTER TABLE a ADD COLUMN b int;
NOTIFY changed;
CREATE INDEX CONCURRENTLY i ON a (b);
CHECKPOINT;
DEALLOCATE ALL;
VACUUM a;
BEGIN;
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
SET LOCAL role = app;
ALTER TABLE a ADD COLUMN c int;
COMMIT;
`,
      'U7__dump.sql': 'ALTER TABLE app.a DROP COLUMN b; ALTER TABLE app.a DROP COLUMN c;',
    });
    const settings = [
      'SET statement_timeout = 0',
      `SELECT set_config('search_path', 'app', false), set_config('LOCK_TIMEOUT', '0', false)`,
    ];
    expect(plan.steps.map((step) => step.statements)).toEqual([
      [...settings, 'ALTER TABLE a ADD COLUMN b int', 'NOTIFY changed'],
      [...settings, 'CREATE INDEX CONCURRENTLY i ON a (b)'],
      [...settings, 'CHECKPOINT'],
      [...settings, 'DEALLOCATE ALL'],
      [...settings, 'VACUUM a'],
      [...settings, 'SET LOCAL role = app', 'ALTER TABLE a ADD COLUMN c int'],
    ]);
    expect(found(plan).filter((line) => line.startsWith('warning'))).toEqual([
      'warning lock-timeout-overruled V7__dump.sql:1',
      'warning lock-timeout-overruled V7__dump.sql:3',
      'warning lock-timeout-overruled V7__dump.sql:4',
    ]);
  });
});

describe('making a plan on a database', () => {
  const target = { name: 'shop', engine: 'postgres', secret: 's', tls: 'verify', restore: 'ask' } as const;
  const asked: string[][] = [];
  const database = {
    facts: async (names: readonly string[]) => {
      asked.push([...names]);
      return {
        serverVersion: '18.0',
        tables: Object.fromEntries(
          names.map((name) => [
            name,
            name === 'users'
              ? { ...users, bytes: 0, columns: users.columns.map((column) => ({ ...column, type: 'text' })) }
              : null,
          ]),
        ),
      };
    },
    fingerprint: async () => ({ hash: 'before', lines: [] }),
  } as unknown as Parameters<typeof makePlan>[1];
  const make = (files: Readonly<Record<string, string>>, direction: 'up' | 'down' = 'up') =>
    makePlan(postgres, database, target, migrationOf(files), direction, sha256);

  it('asks for the tables that are changed and were there before', async () => {
    asked.length = 0;
    const plan = await make({
      'V1__x.sql':
        'CREATE TABLE a (id int); CREATE INDEX i ON a (id); ALTER TABLE users ADD COLUMN b int; INSERT INTO c VALUES (1);',
    });
    expect(asked).toEqual([['users', 'c']]);
    expect(plan.checks.before[0]).toEqual({ check: 'privileges', tables: ['users'] });
    expect(plan.restorePoint.take).toBe(false);
  });

  const checking = (checks: string, sql = 'SELECT 1') =>
    make({ 'V1__x.sql': sql, 'V1__x.yaml': `checks: { ${checks} }\nrollback: { policy: none }\n` });

  it('asks for the tables of checks, and refuses what checks cannot find there', async () => {
    asked.length = 0;
    const problems = await problemsOf(
      checking(
        'before: [{ no_nulls: { table: users, columns: [gone] } }], after: [{ row_count: { table: usrs, unchanged: true } }]',
      ),
    );
    expect(asked).toEqual([['users', 'usrs']]);
    expect(problems).toEqual([
      'V1__x.yaml:1: table users has no column gone',
      'V1__x.yaml:1: there is no table usrs in the database',
    ]);
  });

  it('lets a check look after the change at what the change makes', async () => {
    const after = 'after: [{ no_nulls: { table: users, columns: [b] } }]';
    expect((await checking(after, 'ALTER TABLE users ADD COLUMN b int')).checks.after).toHaveLength(1);
  });

  describe('that is to replace a table', () => {
    const replace = 'replace: { table: users, alter: [ALTER TABLE users ADD COLUMN b int] }\n';

    it('is refused where the engine replaces none', async () => {
      expect(await problemsOf(make({ 'V1__x.yaml': replace }))).toEqual([
        'V1__x.yaml:1: tables are not replaced on postgres yet',
      ]);
    });

    it('is refused beside statements, and beside a count that cannot be told', async () => {
      const replacing = {
        ...database,
        draftReplacement: () => Promise.reject(new Error('asked all the same')),
      };
      const plan = (files: Readonly<Record<string, string>>) =>
        problemsOf(makePlan(postgres, replacing, target, migrationOf(files), 'up', sha256));
      expect(
        await plan({
          'V1__x.sql': 'CREATE TABLE a (id int)',
          'V1__x.yaml': `${replace}rollback: { policy: none }\n`,
        }),
      ).toEqual([
        'V1__x.yaml:1: the SQL file beside the manifest holds statements, and `replace` goes together with none',
      ]);
      const counted = 'checks: { after: [{ row_count: { table: users, unchanged: true } }] }\n';
      expect(await plan({ 'V1__x.yaml': `${replace}${counted}` })).toEqual([
        'V1__x.yaml:1: row_count unchanged cannot be told of users: the server counts the writes of the new table anew',
      ]);
    });
  });

  it('says at its check what is wrong with a query', async () => {
    const after = 'after: [{ sql: { name: n, query: SELEC 1, expect: 1 } }]';
    expect(await problemsOf(checking(after))).toEqual([
      'V1__x.yaml:1: check "n": syntax error at or near "SELEC", in: SELEC 1',
    ]);
  });

  it('holds the way down against no check and no backfill of the way up', async () => {
    const files = {
      'V1__x.sql': 'ALTER TABLE users ADD COLUMN a int',
      'U1__x.sql': 'ALTER TABLE users DROP COLUMN IF EXISTS a',
      'V1__x.yaml': 'checks: { after: [{ no_nulls: { table: users, columns: [gone] } }] }',
    };
    expect((await make(files, 'down')).checks.after).toEqual([]);
    await expect(make(files)).rejects.toThrow(InputError);
  });

  it('refuses a backfill that reads what the table does not have', async () => {
    const reading = (expression: string) =>
      make({
        'V1__x.yaml': `
expand: [ALTER TABLE users ADD COLUMN a int]
backfill: [{ table: users, set: { a: "${expression}" }, where: "a IS NULL AND gone" }]
rollback: { policy: none }
`,
      });
    expect(await problemsOf(reading('length(tokn)'))).toEqual([
      'V1__x.yaml:3: table users has no column tokn, and the expand phase does not add one; did you mean token?',
      'V1__x.yaml:3: table users has no column gone, and the expand phase does not add one',
    ]);
  });

  it('says what is wrong with expressions and with the plan at once', async () => {
    const problems = await problemsOf(
      make({
        'V1__x.yaml': `
expand: []
backfill:
  - { table: users, set: { gone: "1 +" }, where: "id >" }
rollback: { policy: none }
`,
      }),
    );
    expect(problems).toEqual([
      expect.stringMatching(/^V1__x.yaml:4: /),
      expect.stringMatching(/^V1__x.yaml:4: /),
      'V1__x.yaml:4: table users has no column gone, and the expand phase does not add one',
    ]);
  });

  it('places the problems of a manifest where its author wrote them', async () => {
    const problems = await problemsOf(
      make({
        'V1__x.yaml': `
expand:
  - ALTER TABLE users ADD COLUMN a int
  - |
    CREATE TABLE b (id int);
    ALTER TABEL users ADD COLUMN c int;
rollback: { policy: none }
`,
      }),
    );
    expect(problems).toEqual([expect.stringMatching(/^V1__x.yaml:6: /)]);
  });

  it('wants a down file to go down', async () => {
    expect(await problemsOf(make({ 'V1__x.sql': 'CREATE TABLE a (id int)' }, 'down'))).toEqual([
      'V1__x.sql:undefined: there is no down file to go back with',
    ]);
  });
});

describe('the look at all pending files beforehand', () => {
  const look = (...files: Readonly<Record<string, string>>[]) =>
    preflight(postgres, files.map(migrationOf), 'up', false);

  it('answers what needs consent', async () => {
    const risks = await look(
      { 'V1__a.sql': 'CREATE TABLE a (id int)' },
      { 'V2__b.sql': 'DROP TABLE b' },
      {
        'V3__c.yaml':
          'expand: []\nbackfill: [{ table: users, set: { name: "lower(name)" } }]\nrollback: { policy: none }\n',
      },
    );
    expect(risks).toEqual([
      { migration: '2', reason: 'expand-1 destroys data: DROP TABLE b' },
      { migration: '3', reason: 'the backfill of users overwrites name: no down script brings that back' },
    ]);
  });

  it('refuses all files for the errors of any, before the first has begun', async () => {
    const problems = await problemsOf(
      look(
        { 'V1__a.sql': 'CREATE TABLE a (id int)' },
        { 'V2__b.sql': 'CREATE INDEX CONCURRENTLY ON b (id)' },
        { 'V3__c.sql': 'SELEC 1' },
        { 'V4__d.sql': 'BEGIN; DELETE FROM d; ROLLBACK;' },
        {
          'V5__e.sql': 'CREATE TABLE e (id int)',
          'V5__e.yaml': 'rollback: { policy: none }\nsnapshot: clone\n',
        },
      ),
    );
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
      'V2__b.sql:1',
      'V3__c.sql:1',
      'V4__d.sql:1',
      'V5__e.yaml:2',
    ]);
  });
});
