import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, type Server, startServer } from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const good = { 'm/V1__a.sql': 'CREATE TABLE a (id int PRIMARY KEY);\n', 'm/U1__a.sql': 'DROP TABLE a;\n' };

const onUsers = {
  'm/V1__a.sql': 'ALTER TABLE users ADD COLUMN a int;\n',
  'm/U1__a.sql': 'ALTER TABLE users DROP COLUMN a;\n',
};

interface Case {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Prepares the database. */
  readonly sql?: string;
  /** What follows `lockkeeper`; `run --migrations m` when absent. */
  readonly args?: (place: Place) => string[];
  /** Lines of stderr, in this order. */
  readonly says: readonly (string | RegExp)[];
  /** What the database holds afterwards. */
  readonly leaves?: readonly string[];
}

const urlOf = ({ url }: Place, change: (url: URL) => void): string => {
  const changed = new URL(url);
  change(changed);
  return changed.href;
};
const runOn = (url: (place: Place) => string) => (place: Place) => [
  'run',
  '--migrations',
  'm',
  '--database-url',
  url(place),
];

const cases: Readonly<Record<string, Case>> = {
  'malformed YAML': {
    files: { ...good, 'm/V1__a.yaml': 'summary: [x\nbackfill:\n' },
    says: [/^error: the migration files have/, /^ {2}m\/V1__a\.yaml:\d+:\d+: not well-formed YAML/],
  },
  'unknown keys, all at once': {
    files: { ...good, 'm/V1__a.yaml': 'sumary: x\nchecks: { befor: [] }\n' },
    says: [
      'error: the migration files have 2 problems',
      /^ {2}m\/V1__a\.yaml:1:1: sumary: unknown key `sumary`; did you mean `summary`\?/,
      /^ {2}m\/V1__a\.yaml:2:11: checks\.befor: unknown key/,
    ],
  },
  'SQL that cannot be parsed, in all files at once, with line and column': {
    files: {
      ...good,
      'm/V2__b.sql': 'SELECT 1;\n\nCREATE TABEL b (id int);\n',
      'm/V3__c.sql': 'CREATE TABLE c (\n  id int,,\n);\n',
    },
    says: [
      'error: the migrations cannot be carried out',
      /^ {2}m\/V2__b\.sql:3:8: syntax error at or near "TABEL"/,
      /^ {2}m\/V3__c\.sql:2:10: syntax error at or near ","/,
    ],
  },
  'a query of a check that cannot be parsed': {
    files: {
      ...good,
      'm/V1__a.yaml': 'checks: { after: [{ sql: { name: n, query: SELEC 1, expect: 1 } }] }\n',
    },
    says: [
      'error: the migrations cannot be carried out',
      /^ {2}m\/V1__a\.yaml:1:19: check "n": syntax error at or near "SELEC"/,
    ],
  },
  'unknown tables and columns, before consent is asked for': {
    sql: 'CREATE TABLE users (id int PRIMARY KEY, email text)',
    files: {
      'm/V1__a.sql': 'ALTER TABLE users ADD COLUMN a int; ALTER TABLE usrs ADD COLUMN b int;',
      'm/U1__a.sql': 'ALTER TABLE users DROP COLUMN a;',
      'm/V1__a.yaml': `backfill:
  - { table: users, set: { a: "length(emial)" }, where: "a IS NULL" }
  - { table: uses, set: { a: "1" } }
checks:
  after: [{ no_nulls: { table: users, columns: [c] } }]
`,
    },
    says: [
      'error: migration 1 cannot be planned',
      /V1__a\.yaml:2:14: backfill\[0\]: table users has no column emial, and the expand phase .* mean email\?/,
      /V1__a\.yaml:3:14: backfill\[1\]: there is no table uses in the database; did you mean users\?/,
      /V1__a\.sql:1:37: there is no table usrs in the database; did you mean users\?/,
      /V1__a\.yaml:5:11: checks\.after\[0\]: table users has no column c/,
    ],
    leaves: ['public', 'public.users'],
  },
  'a key, a condition and a column to set that the table of a backfill does not have': {
    sql: 'CREATE TABLE users (id int PRIMARY KEY, email text)',
    files: {
      ...onUsers,
      'm/V1__a.yaml': 'backfill: [{ table: users, set: { aa: "1" }, key: [idd], where: "emial IS NULL" }]\n',
    },
    says: [
      'error: migration 1 cannot be planned',
      /V1__a\.yaml:1:21: backfill\[0\]: table users has no column aa,.* did you mean a\? \(expected one of id, email, a\)/,
      /V1__a\.yaml:1:21: backfill\[0\]: table users has no column idd,.* did you mean id\?/,
      /V1__a\.yaml:1:21: backfill\[0\]: table users has no column emial,.* did you mean email\?/,
    ],
    leaves: ['public', 'public.users'],
  },
  'checks of tables that are not there': {
    sql: 'CREATE TABLE users (id int PRIMARY KEY, email text)',
    files: {
      ...onUsers,
      'm/V1__a.yaml': `checks:
  before:
    - row_count: { table: usrs, at_least: 1 }
    - no_orphans: { table: users, columns: [id], references: { table: users, columns: [user_id] } }
  after:
    - no_nulls: { table: users, columns: [a] }
    - unique: { table: shop.orders, columns: [id] }
`,
    },
    says: [
      'error: migration 1 cannot be planned',
      /V1__a\.yaml:3:7: checks\.before\[0\]: there is no table usrs in the database; did you mean users\? \(expected an existing table\)/,
      /V1__a\.yaml:4:7: checks\.before\[1\]: table users has no column user_id \(expected one of id, email\)/,
      /V1__a\.yaml:7:7: checks\.after\[1\]: there is no table shop\.orders in the database/,
    ],
    leaves: ['public', 'public.users'],
  },
  'an unknown column, when only a plan is asked for': {
    sql: 'CREATE TABLE users (id int PRIMARY KEY, email text)',
    files: { ...onUsers, 'm/V1__a.yaml': 'backfill: [{ table: users, set: { a: "length(emial)" } }]\n' },
    args: () => ['plan', '--migrations', 'm'],
    says: [
      'error: migration 1 cannot be planned',
      /V1__a\.yaml:1:21: backfill\[0\]: table users has no column emial,.* did you mean email\?/,
    ],
    leaves: ['public', 'public.users'],
  },
  'a down file that is missing where the policy needs it': {
    files: { 'm/V1__a.sql': good['m/V1__a.sql'], 'm/V1__a.yaml': 'rollback: { policy: down }\n' },
    says: [
      'error: the migration files have a problem',
      /^ {2}m\/V1__a\.yaml: rollback\.policy: .*add U1__a\.sql/,
    ],
  },
  'files that are no UTF-8 text': {
    files: {
      'm/V1__a.sql': Buffer.from('\ufeffCREATE TABLE a ();', 'utf16le'),
      'm/V2__b.sql': Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff, 0),
      'm/V3__c.sql': Buffer.from('SELECT 1;\nSELECT \xe9;', 'latin1'),
    },
    says: [
      'error: some migration files cannot be read',
      '  m/V1__a.sql:1: this file is UTF-16, not UTF-8 (expected text saved as UTF-8)',
      '  m/V2__b.sql:1: this file is not UTF-8 (expected text saved as UTF-8)',
      '  m/V3__c.sql:2: this file is not UTF-8 (expected text saved as UTF-8)',
      /^what to do: /,
    ],
  },
  'UTF-16 without a byte order mark': {
    files: { ...good, 'm/V1__a.sql': Buffer.from('CREATE TABLE a ();', 'utf16le') },
    says: [/m\/V1__a\.sql:1:2: a NUL character: .*UTF-16/],
  },
  'a manifest in UTF-16 without a byte order mark': {
    files: { ...good, 'm/V1__a.yaml': Buffer.from('summary: x', 'utf16le') },
    says: [/m\/V1__a\.yaml: a NUL character: .*UTF-16/],
  },
  'a file that is too large for a plan': {
    files: { ...good, 'm/V2__b.sql': Buffer.alloc(11 * 1024 * 1024, ' ') },
    says: [/m\/V2__b\.sql: this file has 11\.0 MiB, and a migration can have 10\.0 MiB/],
  },
  'a folder that is not there': {
    args: () => ['run', '--migrations', 'nowhere'],
    says: [/^error: .*nowhere does not exist/, /^what to do: /],
  },
  'a folder without migrations': {
    files: { 'm/README.md': 'nothing yet' },
    says: ['error: there are no migrations in m', /^what to do: name the folder/],
  },
  'a folder of two formats': {
    files: { ...good, 'm/002_x.up.sql': 'SELECT 1;' },
    says: [
      /^error: .*more than one format/,
      /m\/U1__a\.sql/,
      /m\/002_x\.up\.sql/,
      /--format flyway or --format up-down/,
    ],
  },
  'a wrong password': {
    args: runOn((place) =>
      urlOf(place, (url) => {
        url.password = 'canary-of-a-wrong-password';
      }),
    ),
    says: [/^error: postgres:\/\/127\.0\.0\.1:\d+\/\w+ refuses the user and password/, /PGPASSWORD/],
  },
  'no password': {
    args: runOn((place) =>
      urlOf(place, (url) => {
        url.password = '';
      }),
    ),
    says: [/^error: postgres:\/\/127\.0\.0\.1:\d+\/\w+ refuses the user without a password/, /PGPASSWORD/],
  },
  'a host where nothing listens': {
    args: runOn(() => 'postgres://me:canary-of-a-wrong-password@127.0.0.1:1/shop'),
    says: ['error: 127.0.0.1:1 cannot be reached: nothing listens there', /^what to do: check host, port/],
  },
  'a host that is unknown': {
    args: runOn(() => 'postgres://me:canary-of-a-wrong-password@no-such-host.invalid/shop'),
    says: ['error: no-such-host.invalid:5432 cannot be reached: the host name is unknown', /^what to do: /],
  },
  'a database that is unknown': {
    args: runOn((place) =>
      urlOf(place, (url) => {
        url.pathname = '/nowhere';
      }),
    ),
    says: [/^error: .*database "nowhere" does not exist/, /^what to do: correct the database name/],
  },
  'a scheme that is unknown': {
    args: runOn(() => 'oracle://me:canary-of-a-wrong-password@host/shop'),
    says: [
      'error: the database URL cannot be used',
      '  --database-url: the scheme oracle is not known (expected postgres:// or postgresql:// or mysql:// or mariadb:// or sqlserver://)',
    ],
  },
  'a password whose signs are not escaped': {
    args: runOn(() => 'postgres://me:canary-of-a-wrong-password/x@host/shop'),
    says: ['error: the database URL cannot be used', /it is not a URL .*%40 for @/],
  },
  'a password whose signs make a host of it': {
    args: runOn(() => 'postgres://me:canary-of-a-wrong@password/x@host/shop'),
    says: ['error: the database URL cannot be used', /it holds a # or @ behind the host .*%40 for @/],
  },
  'a # behind the database': {
    args: runOn((place) => `${place.url}#x`),
    says: ['error: the database URL cannot be used', /it holds a # or @ behind the host/],
  },
  'a port that is none': {
    args: runOn(() => 'postgres://me:canary-of-a-wrong-password@127.0.0.1:0/shop'),
    says: ['error: the database URL cannot be used', /port 0 is none/],
  },
  'a socket for a host': {
    args: runOn(() => 'postgres://me@%2Fvar%2Frun%2Fpostgresql/shop'),
    says: ['error: the database URL cannot be used', /no host that TCP reaches/],
  },
  'a percent sign that is no escape': {
    args: runOn(() => 'postgres://me:canary-of-a-wrong-password%zz@host/shop'),
    says: ['error: the database URL cannot be used', /the password holds a % that is no escape/],
  },
  'a TLS mode that verifies nothing': {
    args: runOn((place) => `${place.url}?sslmode=require`),
    says: [
      /^error: the database URL/,
      /sslmode=require does not verify the server \(expected sslmode=verify-full/,
    ],
  },
  'a parameter that would be ignored': {
    args: runOn((place) => `${place.url}?options=-cwork_mem%3D1GB&connect_timeout=1`),
    says: [/^error: the database URL/, /the parameters options, connect_timeout are not known/],
  },
  'no database': {
    args: runOn(() => ''),
    says: ['error: no database is named', /LOCKKEEPER_DATABASE_URL/],
  },
  'an unknown option': {
    args: () => ['run', '--migrations', 'm', '--frobnicate'],
    says: ["error: unknown option '--frobnicate'", /--help/],
  },
  'a mistyped command': {
    args: () => ['rnu'],
    says: ["error: unknown command 'rnu'", /Did you mean run\?/],
  },
  'an unknown version to stop at': {
    args: () => ['run', '--migrations', 'm', '--to', '7'],
    says: ['error: there is no version 7 in m', 'what to do: --to takes one of: 1'],
  },
  'an unknown version to plan': {
    args: () => ['plan', '--migrations', 'm', '--migration', '7'],
    says: ['error: there is no migration 7', 'what to do: known: 1'],
  },
  'a number of rows that is none': {
    args: () => ['demo', '--rows', 'abc'],
    says: [/^error: option '--rows <n>' argument 'abc' is invalid/],
  },
  'too few rows for the demo': {
    args: () => ['demo', '--rows', '7'],
    says: [/a whole number of at least 1000 is expected/],
  },
  'a state folder that is a file': {
    files: { ...good, state: '' },
    args: () => ['run', '--migrations', 'm', '--state', 'state'],
    says: ['error: the state folder state cannot be used: it is not a folder', /--state DIR/],
  },
  'a state folder that nothing can be written to': {
    args: () => ['run', '--migrations', 'm', '--state', '/proc/lockkeeper/state'],
    says: [/^error: the state folder .* cannot be used/, /--state DIR/],
  },
  'a question about runs where there are none': {
    args: () => ['status'],
    says: [/^error: there is neither a deployed Lockkeeper nor a local state folder/, /lockkeeper run/],
  },
  'a state folder whose session is damaged': {
    files: { '.lockkeeper/session.json': '{"endpoint":' },
    args: () => ['status'],
    says: ['error: .lockkeeper/session.json is damaged', /^what to do: delete it/],
  },
  'a folder to begin in that has begun': {
    args: () => ['init', 'm'],
    says: [/^error: m holds migrations already/, /name another folder/],
  },
  'a folder to begin in that is a file': {
    args: () => ['init', 'm/V1__a.sql'],
    says: ['error: m/V1__a.sql cannot be used: it is not a folder', /^what to do: name another folder/],
  },
  'a folder to begin in that cannot be made': {
    args: () => ['init', '/proc/lockkeeper/migrations'],
    says: [/^error: \/proc\/lockkeeper\/migrations cannot be used/, /^what to do: name another folder/],
  },
  'a baseline that is not there': {
    args: () => ['lint', 'm', '--baseline', 'nowhere.json'],
    says: ['error: nowhere.json does not exist', /^what to do: /],
  },
};

describe.concurrent('bad input ends with exit code 2, a clear message, and nothing changed:', {
  timeout: 60_000,
}, () => {
  for (const [name, { files = good, sql, args, says, leaves = ['public'] }] of Object.entries(cases)) {
    it(name, async () => {
      const place = await server.place();
      await place.write(files);
      if (sql !== undefined) await place.query(sql);
      const ended = await place.lockkeeper(...(args?.(place) ?? ['run', '--migrations', 'm']));
      expect(ended.code, ended.stdout + ended.stderr).toBe(2);
      const lines = ended.stderr.split('\n');
      let from = 0;
      for (const expected of says) {
        const at = lines.findIndex(
          (line, index) =>
            index >= from && (typeof expected === 'string' ? line === expected : expected.test(line)),
        );
        expect(at, `${expected} in:\n${ended.stderr}`).toBeGreaterThanOrEqual(0);
        from = at + 1;
      }
      expect(ended.stdout).toBe('');
      expect(ended.stderr).not.toContain('canary-of-a-wrong-password');
      expect(await place.contents()).toEqual(leaves);
    });
  }

  it.each([
    ['bad options', ['run', '--frobnicate']],
    ['bad files', ['run', '--migrations', 'm']],
    ['nothing there', ['history']],
  ])('%s are one JSON value under --json', async (_, args) => {
    const place = await server.place();
    await place.write({ 'm/V1__a.sql': 'CREATE TABEL a ();' });
    const { code, value } = await place.json<{ error: { code: string; message: string } }>(...args);
    expect(code).toBe(2);
    expect(value.error.message).not.toBe('');
  });
});
