import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeProblem, InputError } from '../../src/core/errors.ts';
import { compareVersions, migrationName, type SqlSource } from '../../src/core/migration.ts';
import { type ReadOptions, readFolder } from '../../src/formats/read-folder.ts';
import { readMigrations } from '../../src/formats/read-migrations.ts';

const noWayBack = 'rollback: { policy: none }\n';

/** Files by path; `null` for an SQL file whose text does not matter. */
const files = (texts: Readonly<Record<string, string | null>>): SqlSource[] =>
  Object.entries(texts).map(([path, text]) => ({ path, text: text ?? `-- ${path}\n` }));

const placeholder = (name: string): string => `$\{${name}}`;

const read = (texts: Readonly<Record<string, string | null>>, options?: ReadOptions) =>
  readFolder(files(texts), options);

function refusal(texts: Readonly<Record<string, string | null>>, options?: ReadOptions): InputError {
  try {
    read(texts, options);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('the files were accepted');
}

const problemsOf = (texts: Readonly<Record<string, string | null>>, options?: ReadOptions): string[] =>
  refusal(texts, options).problems.map(describeProblem);

const versions = (texts: Readonly<Record<string, string | null>>): string[] =>
  read(texts).migrations.map(migrationName);

describe('a folder in the manner of Flyway', () => {
  it('gives a migration with its undo and its manifest', () => {
    const result = read({
      'db/V042__add_email.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
      'db/U042__add_email.sql': 'ALTER TABLE users DROP COLUMN email;\n',
      'db/V042__add_email.yaml': 'snapshot: auto\n',
      'db/README.md': 'not read',
    });
    expect(result).toMatchObject({
      format: 'flyway',
      because: 'flyway, because 3 files are named like V042__add_email.sql',
      migrations: [
        {
          version: '042',
          description: 'add_email',
          format: 'flyway',
          repeatable: false,
          up: { path: 'db/V042__add_email.sql', text: 'ALTER TABLE users ADD COLUMN email text;\n' },
          down: { path: 'db/U042__add_email.sql', text: 'ALTER TABLE users DROP COLUMN email;\n' },
          manifest: { path: 'db/V042__add_email.yaml', snapshot: { value: 'auto' } },
        },
      ],
    });
  });

  it.each([
    ['V1__x.sql', '1', 'x'],
    ['V1.2__x.sql', '1.2', 'x'],
    ['V1_2__x.sql', '1_2', 'x'],
    ['V2024.01.01__x.sql', '2024.01.01', 'x'],
    ['V001__two_words.SQL', '001', 'two_words'],
    ['V1__2__x.sql', '1', '2__x'],
    ['V20240101120000__x y.Sql', '20240101120000', 'x y'],
  ])('reads %s as version %s', (name, version, description) => {
    expect(read({ [name]: null }).migrations).toMatchObject([
      { version, description, down: null, manifest: null },
    ]);
  });

  it('orders by version, then repeatable ones by description', () => {
    const names = [
      'R__b.sql',
      'V10__x.sql',
      'V2__x.sql',
      'R__a.sql',
      'V1.10__x.sql',
      'V1_9__x.sql',
      'V1__x.sql',
    ];
    expect(versions(Object.fromEntries(names.map((name) => [name, null])))).toEqual([
      '1',
      '1_9',
      '1.10',
      '2',
      '10',
      'R__a',
      'R__b',
    ]);
  });

  it('pairs an undo by its version, wherever it lies and however it is described', () => {
    const [migration] = read({ 'a/V042__x.sql': null, 'b/undo/U42__other.sql': null }).migrations;
    expect(migration?.down?.path).toBe('b/undo/U42__other.sql');
  });

  it('reads a repeatable migration with its manifest', () => {
    const { migrations } = read({ 'R__views.sql': null, 'R__views.yml': noWayBack });
    expect(migrations).toMatchObject([
      { version: '', description: 'views', repeatable: true, manifest: { rollback: { policy: 'none' } } },
    ]);
  });

  it.each([
    ['V042_x.sql', 'the name is not that of a migration'],
    ['V__x.sql', 'the name is not that of a migration'],
    ['V1.__x.sql', 'the name is not that of a migration'],
    ['V2024-01-01__x.sql', 'the name is not that of a migration'],
    ['notes.sql', 'the name is not that of a migration'],
    ['v2__x.sql', 'begins with a small letter, where Flyway wants a capital'],
    ['r__x.sql', 'begins with a small letter, where Flyway wants a capital'],
    ['B2__x.sql', 'is a Flyway baseline migration, which stands for others; keep those others, or name it V'],
    [
      'afterMigrate.sql',
      'is a Flyway callback, which only Flyway calls; put its statements into a migration',
    ],
    [
      'beforeEachMigrate__grants.sql',
      'is a Flyway callback, which only Flyway calls; put its statements into a migration',
    ],
    ['U1__x.yaml', 'is a manifest for an undo file; a manifest goes with the forward file'],
  ])('refuses the name %s', (name, message) => {
    const expected =
      '(expected V<version>__<description>.sql, U<version>__<description>.sql or R__<description>.sql)';
    expect(problemsOf({ 'V1__x.sql': null, [name]: null })).toEqual([`${name}: ${message} ${expected}`]);
  });

  it.each(['docker-compose.yaml', 'notes.txt', 'V3__x.sql.bak', 'x.yml', 'V3__x.py'])(
    'ignores %s',
    (name) => {
      expect(versions({ 'V1__x.sql': null, [name]: ': not : yaml' })).toEqual(['1']);
    },
  );

  it('refuses placeholders without a value, in quotes and comments too, since Flyway would replace them there', () => {
    const texts = {
      'V1__x.sql': `SELECT 1;\r\n  INSERT INTO ${placeholder('schema')}.t VALUES ('${placeholder('name')}');\n`,
      'U1__x.sql': `-- ${placeholder('later')}\n`,
    };
    const rest = (name: string) =>
      `is a Flyway placeholder without a value (expected the value itself, or flyway.placeholders.${name} in a flyway.conf in the folder)`;
    expect(problemsOf(texts)).toEqual([
      `U1__x.sql:1:4: \`\${later}\` ${rest('later')}`,
      `V1__x.sql:2:15: \`\${schema}\` ${rest('schema')}`,
      `V1__x.sql:2:36: \`\${name}\` ${rest('name')}`,
    ]);
  });

  it('leaves alone what only resembles a placeholder', () => {
    expect(versions({ 'V1__x.sql': `SELECT '$1', '{}', '${placeholder('')}', $$ {x} $$, '$ {y}';` })).toEqual(
      ['1'],
    );
  });
});

describe('a folder of up and down files', () => {
  it('gives a migration with its down file and its manifest', () => {
    const result = read({
      '042_add_email.up.sql': null,
      '042_add_email.down.sql': null,
      '042_add_email.yaml': '{}',
    });
    expect(result).toMatchObject({
      format: 'up-down',
      because: 'up-down, because 3 files are named like 042_add_email.up.sql',
      migrations: [
        {
          version: '042',
          description: 'add_email',
          format: 'up-down',
          up: { path: '042_add_email.up.sql' },
          down: { path: '042_add_email.down.sql' },
          manifest: { path: '042_add_email.yaml' },
        },
      ],
    });
  });

  it('orders by number and takes any case of the suffix', () => {
    expect(versions({ '10_x.up.sql': null, '9_x.UP.SQL': null })).toEqual(['9', '10']);
  });

  it('runs what looks like a placeholder of Flyway as it stands', () => {
    expect(versions({ '1_x.up.sql': `INSERT INTO t VALUES ('${placeholder('name')}')` })).toEqual(['1']);
  });

  it.each([
    ['2_x.sql', 'says neither .up.sql nor .down.sql'],
    ['x.up.sql', 'the name is not that of a migration'],
  ])('refuses the name %s', (name, message) => {
    expect(problemsOf({ '1_x.up.sql': null, [name]: null })).toEqual([
      `${name}: ${message} (expected <version>_<description>.up.sql or <version>_<description>.down.sql)`,
    ]);
  });
});

describe('the format', () => {
  const both = { 'V1__x.sql': null, '2_y.up.sql': null, '3_z.up.sql': null };

  it('is asked for when there are two', () => {
    const error = refusal(both);
    expect(error.message).toBe('the folder holds migrations of more than one format');
    expect(error.remedy).toBe('say which to use: --format flyway or --format up-down');
    expect(error.problems.map(describeProblem)).toEqual([
      'V1__x.sql: named as flyway does, like 1 of the files',
      '2_y.up.sql: named as up-down does, like 2 of the files',
    ]);
  });

  it('is asked for when only a manifest is of another, which must not be overlooked', () => {
    expect(refusal({ 'V1__x.sql': null, '2_y.yaml': '{}' }).remedy).toContain('--format');
  });

  it.each([
    ['flyway', ['1']],
    ['up-down', ['2', '3']],
  ] as const)('asked for is used, and other files are left alone: %s', (format, expected) => {
    const result = read(both, { format });
    expect(result.migrations.map(migrationName)).toEqual(expected);
    expect(result).toMatchObject({ format, because: `${format}, as asked for` });
  });

  it('asked for still refuses names that belong to none', () => {
    expect(problemsOf({ ...both, 'foo.sql': null }, { format: 'flyway' })).toHaveLength(1);
  });

  it('of nothing is none', () => {
    const nothing = { format: null, because: 'no file is named like a migration', migrations: [] };
    expect(read({})).toEqual(nothing);
    expect(read({ 'README.md': 'x', 'config.yaml': 'a: 1' })).toEqual(nothing);
  });

  it('of SQL files that follow none is a problem of each', () => {
    expect(problemsOf({ 'a.sql': null, 'b.sql': null })).toHaveLength(2);
  });
});

describe('a manifest', () => {
  it('with statements of its own needs no SQL file', () => {
    const manifest = `expand: [CREATE TABLE t (id int)]\n${noWayBack}`;
    expect(read({ 'V1__x.yaml': manifest }).migrations).toMatchObject([
      {
        version: '1',
        description: 'x',
        format: 'manifest',
        up: null,
        down: null,
        manifest: { expand: [{}] },
      },
    ]);
    expect(read({ '1_x.yml': manifest, '1_x.down.sql': null }).migrations).toMatchObject([
      { version: '1', format: 'manifest', up: null, down: { path: '1_x.down.sql' } },
    ]);
  });

  it('may say that it expands nothing', () => {
    const manifest = `expand: []\nbackfill: [{ table: a, set: { b: c } }]\n${noWayBack}`;
    expect(read({ 'V1__x.yaml': manifest }).migrations).toMatchObject([{ format: 'manifest', up: null }]);
  });

  it('names its way down, relative to itself, whatever that file is called', () => {
    const manifest = 'rollback: { down: undo/back.sql }';
    const { migrations } = read({
      'db/V1__x.sql': null,
      'db/U1__x.sql': null,
      'db/V1__x.yaml': manifest,
      'db/undo/back.sql': null,
    });
    expect(migrations).toMatchObject([{ down: { path: 'db/undo/back.sql' } }]);
  });

  it('must name a file that is there', () => {
    const manifest = 'summary: x\nrollback:\n  down: U2__x.sql\n';
    expect(problemsOf({ 'db/V1__x.sql': null, 'db/V1__x.yaml': manifest })).toEqual([
      'db/V1__x.yaml:3:9: rollback.down: there is no file db/U2__x.sql (expected an SQL file in the folder of migrations, relative to the manifest)',
    ]);
  });

  it('cannot name the forward file as the way down', () => {
    const manifest = 'rollback: { down: V1__x.sql }';
    expect(problemsOf({ 'V1__x.sql': null, 'V1__x.yaml': manifest })).toEqual([
      'V1__x.yaml:1:19: rollback.down: V1__x.sql is the forward file (expected an SQL file in the folder of migrations, relative to the manifest)',
    ]);
  });

  it.each([
    ['{}', 'down-then-restore'],
    ['rollback: { policy: down }', 'down'],
    ['rollback: { policy: down-then-restore }', 'down-then-restore'],
  ])('%s needs a way down', (manifest, policy) => {
    const rest = 'or set rollback.policy (expected a down file, or the policy restore or none)';
    expect(problemsOf({ 'V042__x.sql': null, 'V042__x.yaml': manifest })).toEqual([
      `V042__x.yaml: rollback.policy: the policy ${policy} needs a down file: add U042__x.sql, ${rest}`,
    ]);
    expect(problemsOf({ '7_x.up.sql': null, '7_x.yaml': manifest })).toEqual([
      `7_x.yaml: rollback.policy: the policy ${policy} needs a down file: add 7_x.down.sql, ${rest}`,
    ]);
    expect(problemsOf({ 'R__x.sql': null, 'R__x.yaml': manifest })).toEqual([
      `R__x.yaml: rollback.policy: the policy ${policy} needs a down file: name one as rollback.down, ${rest}`,
    ]);
  });

  it.each(['restore', 'none'])('with the policy %s needs no way down', (policy) => {
    expect(versions({ 'V1__x.sql': null, 'V1__x.yaml': `rollback: { policy: ${policy} }` })).toEqual(['1']);
  });

  it('brings its problems with its place', () => {
    const problems = problemsOf({ 'V1__x.sql': null, 'V1__x.yaml': 'snapshot: auto\nsumary: x\n' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^V1__x\.yaml:2:1: sumary: unknown key/);
  });

  it.each([
    ['another description', 'V1__x.sql', 'V1__y.yaml', 'V1__x.yaml'],
    ['another spelling of the version', 'V01__x.sql', 'V1__x.yaml', 'V01__x.yaml'],
    ['another folder', 'a/V1__x.sql', 'b/V1__x.yaml', 'a/V1__x.yaml'],
    ['another description', '1_x.up.sql', '1_y.yaml', '1_x.yaml'],
  ])('must lie beside its SQL file: %s', (_name, sql, yaml, expected) => {
    expect(problemsOf({ [sql]: null, [yaml]: noWayBack })).toEqual([
      `${yaml}: this manifest does not bear the name of its forward file ${sql} (expected ${expected})`,
    ]);
  });

  it.each([
    [{ 'V2__y.yaml': noWayBack }, 'V2__y.sql'],
    [{ 'V2__y.yaml': noWayBack, 'U2__y.sql': null }, 'V2__y.sql'],
    [{ 'V2__y.yaml': 'backfill: [{ table: a, set: { b: c } }]' }, 'V2__y.sql'],
  ])('without SQL of any kind is an orphan', (texts, expected) => {
    expect(problemsOf({ 'V1__x.sql': null, ...texts })).toEqual([
      `V2__y.yaml: this manifest has no forward file and no expand (expected ${expected} beside it, or its statements under expand)`,
    ]);
  });
});

describe('a version', () => {
  it.each([
    [['V1__x.sql', 'V1__y.sql'], 'V1__y.sql: version 1 has a forward file already: V1__x.sql'],
    [['V042__x.sql', 'V42__x.sql'], 'V42__x.sql: version 042 has a forward file already: V042__x.sql'],
    [['V1__x.sql', 'V1.0__x.sql'], 'V1__x.sql: version 1.0 has a forward file already: V1.0__x.sql'],
    [['V1.2__x.sql', 'V1_2__x.sql'], 'V1_2__x.sql: version 1.2 has a forward file already: V1.2__x.sql'],
    [['V1__x.sql', 'U1__x.sql', 'U1__y.sql'], 'U1__y.sql: version 1 has a down file already: U1__x.sql'],
    [
      ['a/R__x.sql', 'b/R__x.sql'],
      'b/R__x.sql: the repeatable migration x has a forward file already: a/R__x.sql',
    ],
    [['1_x.up.sql', '01_x.up.sql'], '1_x.up.sql: version 01 has a forward file already: 01_x.up.sql'],
  ])('stands for one migration: %j', (names, problem) => {
    expect(problemsOf(Object.fromEntries(names.map((name) => [name, null])))).toEqual([
      `${problem} (expected each version once)`,
    ]);
  });

  it('has one manifest', () => {
    const texts = { 'V1__x.sql': null, 'V1__x.yaml': noWayBack, 'V1__x.yml': noWayBack };
    expect(problemsOf(texts)).toEqual([
      'V1__x.yml: version 1 has a manifest file already: V1__x.yaml (expected each version once)',
    ]);
  });

  it.each([
    ['U2__y.sql', 'V2__y.sql'],
    ['2_y.down.sql', '2_y.up.sql'],
  ])('that is undone must be there: %s', (down, expected) => {
    expect(problemsOf({ [down]: null })).toEqual([
      `${down}: this file undoes version 2, which is not here (expected ${expected})`,
    ]);
  });
});

it('names all problems of all files at once, in order', () => {
  const error = refusal({
    'V1__x.sql': `SELECT ${placeholder('a')};`,
    'V2__x.sql': null,
    'V2__y.sql': null,
    'U3__x.sql': null,
    'V4__x.yaml': 'expand: 1\nfoo: 2\n',
    'V5__x.sql': null,
    'V5__x.yaml': '{}',
    'junk.sql': null,
  });
  expect(error.message).toBe('the migration files have 7 problems');
  expect(error.problems.map(({ file, line }) => [file, line])).toEqual([
    ['U3__x.sql', undefined],
    ['V1__x.sql', 1],
    ['V2__y.sql', undefined],
    ['V4__x.yaml', 1],
    ['V4__x.yaml', 2],
    ['V5__x.yaml', undefined],
    ['junk.sql', undefined],
  ]);
});

describe('the checksum', () => {
  const checksum = (texts: Record<string, string>) => read(texts).migrations[0]?.checksum;
  const plain = checksum({ 'V1__x.sql': 'SELECT 1;\nSELECT 2;\n' });

  it('is a SHA-256 in hex that stays what it is', () => {
    expect(plain).toBe('42682ab82149c4bc70bad5aae102015eb219981f8b76eef6392ebc0f8a575fb2');
  });

  it('is the same whatever the line ends, the byte order mark, the file name or the way down', () => {
    expect(checksum({ 'V1__x.sql': '\uFEFFSELECT 1;\r\nSELECT 2;\r\n' })).toBe(plain);
    expect(checksum({ '7_y.up.sql': 'SELECT 1;\rSELECT 2;\r', '7_y.down.sql': 'SELECT 3' })).toBe(plain);
  });

  it('changes with the forward file and with the manifest', () => {
    const withManifest = checksum({ 'V1__x.sql': 'SELECT 1;\nSELECT 2;\n', 'V1__x.yaml': noWayBack });
    expect(checksum({ 'V1__x.sql': 'SELECT 1;\nSELECT 2; \n' })).not.toBe(plain);
    expect(withManifest).not.toBe(plain);
    expect(checksum({ 'V1__x.sql': 'SELECT 1;\nSELECT 2;\n', 'V1__x.yaml': `${noWayBack}#` })).not.toBe(
      withManifest,
    );
  });

  it('does not take one file for the other', () => {
    const up = `SELECT 1;${noWayBack}`;
    expect(checksum({ 'V1__x.sql': up })).not.toBe(
      checksum({ 'V1__x.sql': 'SELECT 1;', 'V1__x.yaml': noWayBack }),
    );
  });
});

describe('the texts', () => {
  it('lose their byte order mark, which servers refuse, and keep their line ends, which may be data', () => {
    const [migration] = read({ 'V1__x.sql': "\uFEFFSELECT 'a\r\nb'" }).migrations;
    expect(migration?.up?.text).toBe("SELECT 'a\r\nb'");
  });
});

describe('the order of files', () => {
  it('makes no difference', () => {
    const all = files({
      'V1__x.sql': null,
      'U1__x.sql': null,
      'V1__x.yaml': 'snapshot: never',
      'V2__y.sql': null,
      'V10__z.sql': null,
      'R__v.sql': null,
      'R__w.sql': null,
    });
    const expected = readMigrations(all);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(readMigrations(shuffled)).toEqual(expected);
      }),
    );
    expect(expected.map(migrationName)).toEqual(['1', '2', '10', 'R__v', 'R__w']);
  });

  it('follows compareVersions for any versions', () => {
    const version = fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(
        fc.uniqueArray(version, { comparator: (a, b) => compareVersions(a, b) === 0 }),
        (unique) => {
          const sorted = versions(Object.fromEntries(unique.map((one) => [`V${one}__x.sql`, null])));
          expect(sorted).toEqual(unique.toSorted(compareVersions));
        },
      ),
    );
  });
});
