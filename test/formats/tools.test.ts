import { describe, expect, it } from 'vitest';
import { describeProblem, InputError } from '../../src/core/errors.ts';
import type { FolderFormat, Migration, SqlSource } from '../../src/core/migration.ts';
import { filesToRead } from '../../src/formats/files-to-read.ts';
import { type ReadOptions, readFolder } from '../../src/formats/read-folder.ts';

type Texts = Readonly<Record<string, string>>;

const sources = (texts: Texts): SqlSource[] =>
  filesToRead(Object.keys(texts)).map((path) => ({ path, text: texts[path] ?? '' }));

const read = (texts: Texts, options?: ReadOptions) => readFolder(sources(texts), options);

function problemsOf(texts: Texts, options?: ReadOptions): string[] {
  try {
    read(texts, options);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(describeProblem);
    throw error;
  }
  throw new Error('the files were accepted');
}

/** A script with the line its first word stands on. */
function placed(source: SqlSource | null): string | null {
  if (source === null) return null;
  const lines = source.text.split('\n');
  const line = lines.findIndex((one) => one.trim() !== '') + 1;
  return `${source.path.split('/').at(-1)}:${line}: ${source.text.replaceAll(/\s+/g, ' ').trim()}`;
}

const shown = ({ version, description, up, down, manifest, withoutTransaction }: Migration) => ({
  version,
  description,
  up: placed(up),
  down: placed(down),
  ...(manifest === null ? {} : { manifest: manifest.path }),
  ...(withoutTransaction === true ? { withoutTransaction } : {}),
});

const placeholder = (name: string): string => `$\{${name}}`;

interface Case {
  readonly format: FolderFormat;
  readonly files: Texts;
  readonly gives: readonly ReturnType<typeof shown>[];
}

const cases: readonly Case[] = [
  {
    format: 'flyway',
    files: {
      'flyway.conf': 'flyway.url=jdbc:x\n# none\nflyway.placeholders.Owner = app\n',
      'V1__a.sql': `CREATE TABLE ${placeholder('owner')}.t ();`,
      'V1__a.sql.conf': 'executeInTransaction=false',
    },
    gives: [
      {
        version: '1',
        description: 'a',
        up: 'V1__a.sql:1: CREATE TABLE app.t ();',
        down: null,
        withoutTransaction: true,
      },
    ],
  },
  {
    format: 'flyway',
    files: {
      'flyway.toml':
        '[flyway]\nplaceholderPrefix = "<<"\nplaceholderSuffix = ">>"\n[flyway.placeholders]\nx = "1"\n',
      'V1__a.sql': `SELECT <<x>>, '${placeholder('y')}';`,
    },
    gives: [
      { version: '1', description: 'a', up: `V1__a.sql:1: SELECT 1, '${placeholder('y')}';`, down: null },
    ],
  },
  {
    format: 'diesel',
    files: {
      '2024-01-02-030405_create_users/up.sql': 'CREATE TABLE users ();',
      '2024-01-02-030405_create_users/down.sql': 'DROP TABLE users;',
      '2024-01-02-030405_create_users/metadata.toml': 'run_in_transaction = false',
      '2023-01-02-030405_first/up.sql': 'SELECT 1;',
      '2023-01-02-030405_first/manifest.yaml': 'rollback: { policy: none }',
    },
    gives: [
      {
        version: '20230102030405',
        description: 'first',
        up: 'up.sql:1: SELECT 1;',
        down: null,
        manifest: '2023-01-02-030405_first/manifest.yaml',
      },
      {
        version: '20240102030405',
        description: 'create_users',
        up: 'up.sql:1: CREATE TABLE users ();',
        down: 'down.sql:1: DROP TABLE users;',
        withoutTransaction: true,
      },
    ],
  },
  {
    format: 'dbmate',
    files: {
      'db/20240101_a.sql':
        '-- a comment\n-- migrate:up transaction:false\nSELECT 1;\nSELECT 2;\n\n-- migrate:down\nSELECT 3;\n',
      'db/20240102_b.sql': '-- migrate:up\nSELECT 4;\n\n-- migrate:down\n\n',
      'db/20240102_b.yaml': 'rollback: { policy: none }',
    },
    gives: [
      {
        version: '20240101',
        description: 'a',
        up: '20240101_a.sql:3: SELECT 1; SELECT 2;',
        down: '20240101_a.sql:7: SELECT 3;',
        withoutTransaction: true,
      },
      {
        version: '20240102',
        description: 'b',
        up: '20240102_b.sql:2: SELECT 4;',
        down: null,
        manifest: 'db/20240102_b.yaml',
      },
    ],
  },
  {
    format: 'goose',
    files: {
      '00002_b.sql':
        '-- +goose NO TRANSACTION\n-- +goose Up\n-- +goose StatementBegin\nSELECT 1\n-- +goose StatementEnd\nSELECT 2;\n-- +goose Down\nSELECT 3;\n',
      '00001_a.sql': '-- +goose Up\nSELECT 0;\n',
      'helper_test.go': 'package x',
    },
    gives: [
      { version: '00001', description: 'a', up: '00001_a.sql:2: SELECT 0;', down: null },
      {
        version: '00002',
        description: 'b',
        up: '00002_b.sql:3: -- +goose StatementBegin SELECT 1 ;-- +goose StatementEnd SELECT 2;',
        down: '00002_b.sql:8: SELECT 3;',
        withoutTransaction: true,
      },
    ],
  },
  {
    format: 'alembic',
    files: {
      'up.sql': [
        'BEGIN;',
        'CREATE TABLE alembic_version (',
        '    version_num VARCHAR(32) NOT NULL',
        ');',
        '-- Running upgrade  -> ae10',
        'CREATE TABLE a ();',
        "INSERT INTO alembic_version (version_num) VALUES ('ae10') RETURNING alembic_version.version_num;",
        '-- Running upgrade ae10 -> 19e5',
        'CREATE TABLE b ();',
        "UPDATE alembic_version SET version_num='19e5' WHERE alembic_version.version_num = 'ae10';",
        'COMMIT;',
      ].join('\n'),
      'down.sql':
        '-- Running downgrade 19e5 -> ae10\nDROP TABLE b;\n-- Running downgrade ae10 -> \nDROP TABLE a;\n',
      'versions/19e5_add_b.py': 'revision: str = "19e5"\ndown_revision = "ae10"\n',
      'versions/19e5_add_b.yaml': 'snapshot: auto',
    },
    gives: [
      {
        version: 'ae10',
        description: 'ae10',
        up: 'up.sql:6: CREATE TABLE a ();',
        down: 'down.sql:4: DROP TABLE a;',
      },
      {
        version: '19e5',
        description: 'add_b',
        up: 'up.sql:9: CREATE TABLE b ();',
        down: 'down.sql:2: DROP TABLE b;',
        manifest: 'versions/19e5_add_b.yaml',
      },
    ],
  },
  {
    format: 'prisma',
    files: {
      'migrations/20240101120000_init/migration.sql': 'SELECT 1;',
      'migrations/20240101120000_init/down.sql': 'SELECT 2;',
      'migrations/migration_lock.toml': 'provider = "postgresql"',
    },
    gives: [
      {
        version: '20240101120000',
        description: 'init',
        up: 'migration.sql:1: SELECT 1;',
        down: 'down.sql:1: SELECT 2;',
      },
    ],
  },
  {
    format: 'drizzle',
    files: {
      'drizzle/meta/_journal.json': JSON.stringify({
        version: '7',
        entries: [
          { idx: 1, when: 1700000000001, tag: '0001_cool_hulk', breakpoints: true },
          { idx: 0, when: 1700000000000, tag: '0000_new_wasp', breakpoints: true },
        ],
      }),
      'drizzle/0000_new_wasp.sql':
        'SELECT 1\n--> statement-breakpoint\nSELECT 2;--> statement-breakpoint\nSELECT 3;',
      'drizzle/0001_cool_hulk.sql': 'SELECT 4;',
    },
    gives: [
      {
        version: '0',
        description: 'new_wasp',
        up: '0000_new_wasp.sql:1: SELECT 1 ;--> statement-breakpoint SELECT 2;--> statement-breakpoint SELECT 3;',
        down: null,
      },
      { version: '1', description: 'cool_hulk', up: '0001_cool_hulk.sql:1: SELECT 4;', down: null },
    ],
  },
  {
    format: 'node-pg-migrate',
    files: {
      '1700000000000_a.sql': '-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n',
      '1700000000001_b.sql': 'SELECT 3;\n---- Down Migration\nSELECT 4;\n',
    },
    gives: [
      {
        version: '1700000000000',
        description: 'a',
        up: '1700000000000_a.sql:2: SELECT 1;',
        down: '1700000000000_a.sql:4: SELECT 2;',
      },
      {
        version: '1700000000001',
        description: 'b',
        up: '1700000000001_b.sql:1: SELECT 3;',
        down: '1700000000001_b.sql:3: SELECT 4;',
      },
    ],
  },
  {
    format: 'sqitch',
    files: {
      'sqitch.plan':
        '%syntax-version=1.0.0\n%project=flipr\n\nusers 2024-01-01T00:00:00Z A <a@b.c> # Users\n@v1 2024-01-01T00:00:00Z A <a@b.c>\nflips [users] 2024-01-02T00:00:00Z A <a@b.c> # Flips\n',
      'deploy/users.sql': 'BEGIN;\nCREATE TABLE users ();\nCOMMIT;',
      'revert/users.sql': 'DROP TABLE users;',
      'verify/users.sql': 'SELECT 1;',
      'deploy/flips.sql': 'CREATE TABLE flips ();',
    },
    gives: [
      {
        version: 'users',
        description: 'users',
        up: 'users.sql:1: BEGIN; CREATE TABLE users (); COMMIT;',
        down: 'users.sql:1: DROP TABLE users;',
      },
      { version: 'flips', description: 'flips', up: 'flips.sql:1: CREATE TABLE flips ();', down: null },
    ],
  },
  {
    format: 'plain',
    files: { '001-a.sql': 'SELECT 1;', '10 b.sql': 'SELECT 3;', '2.b.sql': 'SELECT 2;' },
    gives: [
      { version: '001', description: 'a', up: '001-a.sql:1: SELECT 1;', down: null },
      { version: '2', description: 'b', up: '2.b.sql:1: SELECT 2;', down: null },
      { version: '10', description: 'b', up: '10 b.sql:1: SELECT 3;', down: null },
    ],
  },
];

describe('the files of a tool', () => {
  it.each(cases)('are known for what they are and read: $format', ({ format, files, gives }) => {
    const result = read(files);
    expect(result.format).toBe(format);
    expect(result.because).toContain(format);
    expect(result.migrations.map(shown)).toEqual(gives);
  });

  it.each([
    [
      'flyway',
      { 'V1__a.sql': placeholder('flyway:user') },
      /V1__a.sql:1:1: .* has its value from Flyway at run time/,
    ],
    [
      'flyway',
      { 'V1__a.sql': '', 'V1__a.sql.conf': 'shouldExecute=false' },
      /conf:1: `shouldExecute=false` is a setting/,
    ],
    [
      'flyway',
      { 'V1__a.sql': '', 'flyway.conf': 'flyway.sqlMigrationPrefix=M' },
      /conf:1: the setting sqlmigrationprefix/,
    ],
    [
      'dbmate',
      { '1_a.sql': 'SELECT 1;\n-- migrate:up\n' },
      /1_a.sql:1: there are statements before the first section/,
    ],
    ['dbmate', { '1_a.sql': '-- migrate:down\n' }, /1_a.sql: there is no way up/],
    ['dbmate', { '1_a.sql': '-- migrate:up\n-- migrate:up\n' }, /1_a.sql:2: this section is there already/],
    ['dbmate', { 'a.sql': '-- migrate:up\n' }, /a.sql: the name has no version/],
    [
      'dbmate',
      { '1_a.sql': '-- migrate:up\n', '2_b.sql': 'SELECT 1' },
      /2_b.sql: the name is not that of a migration/,
    ],
    ['goose', { '1_a.sql': '-- +goose Up\n-- +goose ENVSUB ON\n' }, /1_a.sql:2: goose would put in values/],
    ['goose', { '1_a.sql': '-- +goose Up\n', '2_b.go': '' }, /2_b.go: this migration is a program/],
    [
      'goose',
      { '1_a.sql': '-- +goose Up\n', '01_b.sql': '-- +goose Up\n' },
      /01_b.sql: version 1 has a forward file/,
    ],
    [
      'node-pg-migrate',
      { '1_a.sql': '-- Up Migration\n', '2_b.js': '' },
      /2_b.js: this migration is a program/,
    ],
    [
      'alembic',
      { 'd.sql': '-- Running downgrade x -> \n' },
      /d.sql:1: this part undoes revision x, which is not here/,
    ],
    ['drizzle', { 'meta/_journal.json': '{' }, /_journal.json: this is not JSON/],
    ['drizzle', { 'meta/_journal.json': '{"entries":[{}]}' }, /_journal.json: entries.0.idx: /],
    [
      'drizzle',
      { 'meta/_journal.json': '{"entries":[{"idx":0,"when":1,"tag":"0000_a"}]}' },
      /entries\[0\]: there is no file 0000_a.sql/,
    ],
    ['sqitch', { 'sqitch.plan': 'a 2024 A <a@b.c>' }, /sqitch.plan:1: the change a has no script/],
    [
      'sqitch',
      { 'sqitch.plan': 'a 2024 A\n@x 2024 A\na [a@x] 2024 A', 'deploy/a.sql': '' },
      /sqitch.plan:3: a is reworked/,
    ],
    [
      'sqitch',
      { 'sqitch.plan': 'a 2024 A', 'deploy/a.sql': '\n\\set x 1' },
      /a.sql:2: `\\set` is a command of psql/,
    ],
    [
      'sqitch',
      { 'sqitch.plan': 'a 2024 A', 'deploy/a.sql': '', 'deploy/b.sql': '' },
      /b.sql: the name is not/,
    ],
    ['plain', { '1_a.sql': '', 'b.sql': '' }, /b.sql: the name is not that of a migration/],
    ['plain', { '1_a.sql': '', '1-b.sql': '' }, /1-b.sql: version 1 has a forward file already: 1_a.sql/],
  ] as const)('%s: what cannot be read is named with its place: %j', (_format, files, problem) => {
    const problems = problemsOf({ ...files });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('of two tools ask which is meant, whatever tells them apart', () => {
    const files = { '1_a.sql': '-- migrate:up\nSELECT 1;', '2_b.sql': '-- +goose Up\nSELECT 2;' };
    expect(problemsOf(files)).toEqual([
      '1_a.sql: named as dbmate does, like 1 of the files',
      '2_b.sql: named as goose does, like 1 of the files',
    ]);
    expect(read(files, { format: 'goose' }).migrations).toHaveLength(1);
  });
});

describe('the checksum of a section', () => {
  const checksum = (text: string) => read({ '1_a.sql': text }).migrations[0]?.checksum;

  it('is that of the way up alone', () => {
    const before = checksum('-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 2;\n');
    expect(checksum('-- a note\n-- migrate:up\nSELECT 1;\n\n-- migrate:down\nSELECT 3;\n')).toBe(before);
    expect(checksum('-- migrate:up\nSELECT 2;\n')).not.toBe(before);
  });
});
