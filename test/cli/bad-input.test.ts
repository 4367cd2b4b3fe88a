import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, type Server, startServer } from './command-line.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const good = { 'm/V1__a.sql': 'CREATE TABLE a (id int PRIMARY KEY);\n', 'm/U1__a.sql': 'DROP TABLE a;\n' };

interface Case {
  readonly files?: Readonly<Record<string, string>>;
  /** What follows `lockkeeper`; `run --migrations m` when absent. */
  readonly args?: (place: Place) => string[];
  /** Lines of stderr, in this order. */
  readonly says: readonly (string | RegExp)[];
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
  'a down file that is missing where the policy needs it': {
    files: { 'm/V1__a.sql': good['m/V1__a.sql'], 'm/V1__a.yaml': 'rollback: { policy: down }\n' },
    says: [
      'error: the migration files have a problem',
      /^ {2}m\/V1__a\.yaml: rollback\.policy: .*add U1__a\.sql/,
    ],
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
      '  --database-url: the scheme oracle is not known (expected postgres:// or postgresql:// or mysql:// or mariadb://)',
    ],
  },
  'a password whose signs are not escaped': {
    args: runOn(() => 'postgres://me:canary-of-a-wrong-password/x@host/shop'),
    says: ['error: the database URL cannot be used', /it is not a URL .*%40 for @/],
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
    args: runOn((place) => `${place.url}?options=-cwork_mem%3D1GB`),
    says: [/^error: the database URL/, /the parameter options is not known/],
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
    says: ['error: m/V1__a.sql exists already'],
  },
};

describe.concurrent('bad input ends with exit code 2, a clear message, and nothing changed:', {
  timeout: 60_000,
}, () => {
  for (const [name, { files = good, args, says }] of Object.entries(cases)) {
    it(name, async () => {
      const place = await server.place();
      await place.write(files);
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
      expect(await place.contents()).toEqual(['public']);
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
