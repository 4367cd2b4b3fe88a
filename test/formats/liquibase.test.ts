import { describe, expect, it } from 'vitest';
import { describeProblem, InputError } from '../../src/core/errors.ts';
import type { EngineName } from '../../src/core/ids.ts';
import { filesToRead } from '../../src/formats/files-to-read.ts';
import { holds } from '../../src/formats/liquibase/filter.ts';
import { readFolder } from '../../src/formats/read-folder.ts';

type Texts = Readonly<Record<string, string>>;

const read = (texts: Texts, engine: EngineName = 'postgres') =>
  readFolder(
    filesToRead(Object.keys(texts)).map((path) => ({ path, text: texts[path] ?? '' })),
    { engine },
  );

function problemsOf(texts: Texts, engine?: EngineName): string[] {
  try {
    read(texts, engine);
  } catch (error) {
    if (error instanceof InputError) return error.problems.map(describeProblem);
    throw error;
  }
  throw new Error('the files were accepted');
}

const squeeze = (text: string | undefined): string | null =>
  text === undefined ? null : text.replaceAll(/\s+/g, ' ').trim();

/** What each change set does: its name, the way up, the way back. */
const shown = (texts: Texts, engine?: EngineName) =>
  read(texts, engine).migrations.map(({ version, description, repeatable, up, down }) => [
    repeatable ? `R ${description}` : version,
    squeeze(up?.text),
    squeeze(down?.text),
  ]);

const xml = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">\n${content}\n</databaseChangeLog>\n`;

const changeSet = (content: string, attributes = ''): string =>
  xml(`<changeSet id="1" author="ann"${attributes}>\n${content}\n</changeSet>`);

const parameter = (name: string): string => `$\{${name}}`;

const header = '--liquibase formatted sql\n';

describe('formatted SQL', () => {
  it('gives a migration for each change set, with its way back, on its own lines', () => {
    const text = `${header}
--changeset ann:1 splitStatements:false
--comment: the first
CREATE TABLE a ();
--rollback DROP TABLE a;

-- changeset "bob b":two runInTransaction:false
CREATE INDEX CONCURRENTLY i ON a (b);
/* liquibase rollback
DROP INDEX i;
*/

--changeset ann:3
SELECT 3;
--rollback empty
`;
    const { migrations, format } = read({ 'db/a.sql': text });
    expect(format).toBe('liquibase');
    expect(migrations.map(({ version }) => version)).toEqual([
      'a.sql::1::ann',
      'a.sql::two::bob b',
      'a.sql::3::ann',
    ]);
    expect(migrations.map(({ withoutTransaction }) => withoutTransaction === true)).toEqual([
      false,
      true,
      false,
    ]);
    const lineOf = (script: string | undefined, word: string) =>
      (script ?? '').split('\n').findIndex((line) => line.includes(word)) + 1;
    expect(lineOf(migrations[0]?.up?.text, 'CREATE')).toBe(5);
    expect(lineOf(migrations[0]?.down?.text, 'DROP')).toBe(6);
    expect(migrations[0]?.up?.text).not.toContain('DROP');
    expect(squeeze(migrations[1]?.up?.text)).toBe('CREATE INDEX CONCURRENTLY i ON a (b);');
    expect(lineOf(migrations[1]?.down?.text, 'DROP')).toBe(11);
    expect(migrations[2]?.down).toBeNull();
  });

  it('has its own delimiter made a semicolon', () => {
    const text = `${header}--changeset a:1 endDelimiter:/\nCREATE TABLE a ()\n/\nSELECT 1 / 2\n/\n`;
    expect(shown({ 'a.sql': text })[0]?.[1]).toBe('CREATE TABLE a () ; SELECT 1 / 2 ;');
  });

  it('asks its conditions as checks beforehand', () => {
    const text = `${header}--changeset a:1\n--preconditions onFail:HALT\n--precondition-sql-check expectedResult:0 SELECT count(*) FROM t\nSELECT 1;\n`;
    expect(read({ 'a.sql': text }).migrations[0]?.manifest?.checks.before).toMatchObject([
      {
        line: 4,
        value: { check: 'sql', query: 'SELECT count(*) FROM t', expect: { is: 'value', value: '0' } },
      },
    ]);
  });

  it('leaves out what is for other databases or contexts', () => {
    const text = `${header}--changeset a:1 dbms:mysql\nSELECT 1;\n--changeset a:2 dbms:!h2 context:"prod and !test"\nSELECT 2;\n--changeset a:3 context:test\nSELECT 3;\n`;
    const files = { 'a.sql': text, 'liquibase.properties': 'contexts: prod\n' };
    expect(shown(files).map(([name]) => name)).toEqual(['a.sql::2::a']);
  });

  it('has a checksum of what runs alone', () => {
    const checksum = (text: string) => read({ 'a.sql': header + text }).migrations[0]?.checksum;
    const one = checksum('--changeset a:1\nSELECT 1;\n--rollback SELECT 2;\n');
    expect(checksum('--changeset a:1\nSELECT 2;\n')).not.toBe(one);
    expect(checksum('\n\n--changeset a:1\n--comment new\nSELECT 1;\n--rollback SELECT 3;\n')).toBe(one);
  });
});

describe('an XML change log', () => {
  const cases: readonly (readonly [string, string, string, string | null])[] = [
    [
      'createTable',
      '<createTable tableName="users" remarks="who"><column name="id" type="bigint" autoIncrement="true"><constraints primaryKey="true" primaryKeyName="users_pk"/></column><column name="email" type="varchar(255)"><constraints nullable="false" unique="true"/></column><column name="made" type="datetime" defaultValueComputed="now()"/></createTable>',
      "CREATE TABLE users (id BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL, email VARCHAR(255) NOT NULL UNIQUE, made TIMESTAMP WITHOUT TIME ZONE DEFAULT now(), CONSTRAINT users_pk PRIMARY KEY (id)); COMMENT ON TABLE users IS 'who';",
      'DROP TABLE users;',
    ],
    [
      'addColumn',
      '<addColumn tableName="users" schemaName="app"><column name="active" type="boolean" valueBoolean="true" defaultValueBoolean="false"/></addColumn>',
      'ALTER TABLE app.users ADD COLUMN active BOOLEAN DEFAULT FALSE; UPDATE app.users SET active = TRUE;',
      'ALTER TABLE app.users DROP COLUMN active;',
    ],
    [
      'dropColumn',
      '<dropColumn tableName="order" columnName="Total"/>',
      'ALTER TABLE "order" DROP COLUMN "Total";',
      null,
    ],
    [
      'createIndex',
      '<createIndex tableName="users" indexName="i" unique="true"><column name="a" descending="true"/><column name="lower(b)" computed="true"/></createIndex>',
      'CREATE UNIQUE INDEX i ON users (a DESC, lower(b));',
      'DROP INDEX i;',
    ],
    [
      'addNotNullConstraint',
      '<addNotNullConstraint tableName="users" columnName="a" columnDataType="int" defaultNullValue="it\'s"/>',
      "UPDATE users SET a = 'it''s' WHERE a IS NULL; ALTER TABLE users ALTER COLUMN a SET NOT NULL;",
      'ALTER TABLE users ALTER COLUMN a DROP NOT NULL;',
    ],
    [
      'addForeignKeyConstraint',
      '<addForeignKeyConstraint baseTableName="a" baseColumnNames="b, c" constraintName="fk" referencedTableName="d" referencedColumnNames="e,f" onDelete="CASCADE"/>',
      'ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY (b, c) REFERENCES d (e, f) ON DELETE CASCADE;',
      'ALTER TABLE a DROP CONSTRAINT fk;',
    ],
    [
      'modifyDataType and addDefaultValue',
      '<modifyDataType tableName="a" columnName="b" newDataType="bigint"/><addDefaultValue tableName="a" columnName="b" defaultValueNumeric="0"/>',
      'ALTER TABLE a ALTER COLUMN b TYPE BIGINT USING (b::BIGINT); ALTER TABLE a ALTER COLUMN b SET DEFAULT 0;',
      null,
    ],
    [
      'renameColumn',
      '<renameColumn tableName="a" oldColumnName="b" newColumnName="c"/>',
      'ALTER TABLE a RENAME COLUMN b TO c;',
      'ALTER TABLE a RENAME COLUMN c TO b;',
    ],
    [
      'sql with its rollback',
      '<sql splitStatements="false">\n  SELECT 1 &lt; 2\n</sql>\n<rollback>SELECT 2</rollback>',
      'SELECT 1 < 2;',
      'SELECT 2;',
    ],
    [
      'several, taken back newest first',
      '<renameTable oldTableName="a" newTableName="b"/>\n<renameTable oldTableName="b" newTableName="c"/>',
      'ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME TO c;',
      'ALTER TABLE c RENAME TO b; ALTER TABLE b RENAME TO a;',
    ],
    [
      'changes as a rollback',
      '<dropTable tableName="a"/>\n<rollback><createTable tableName="a"><column name="b" type="int"/></createTable></rollback>',
      'DROP TABLE a;',
      'CREATE TABLE a (b INTEGER);',
    ],
    ['sqlFile', '<sqlFile path="x.sql" relativeToChangelogFile="true"/>', 'SELECT 9;', null],
  ];

  it.each(cases)('is written as SQL: %s', (_name, content, up, down) => {
    const files = {
      'db/changelog.xml': changeSet(content),
      ...(content.includes('x.sql') ? { 'db/x.sql': 'SELECT 9;' } : {}),
    };
    expect(shown(files)).toEqual([['changelog.xml::1::ann', up, down]]);
  });

  it('is written in the words of the engine', () => {
    const content =
      '<createTable tableName="a"><column name="id" type="int" autoIncrement="true"><constraints primaryKey="true"/></column><column name="key" type="clob"/></createTable><dropIndex tableName="a" indexName="i"/>';
    expect(shown({ 'changelog.xml': changeSet(content) }, 'mysql')[0]?.[1]).toBe(
      'CREATE TABLE a (id int AUTO_INCREMENT NOT NULL, `key` LONGTEXT, PRIMARY KEY (id)); DROP INDEX i ON a;',
    );
    expect(problemsOf({ 'changelog.xml': changeSet('<dropTable tableName="a"/>') }, 'sqlserver')[0]).toMatch(
      /^changelog.xml:4: dropTable is not written for this engine/,
    );
  });

  it('puts each statement where its change stands', () => {
    const text = changeSet('<dropTable tableName="a"/>\n\n<sql>\n\n  SELECT 1;\n  SELECT 2;\n</sql>');
    const script = read({ 'changelog.xml': text }).migrations[0]?.up?.text.split('\n') ?? [];
    const line = (list: readonly string[], word: string) => list.findIndex((one) => one.includes(word));
    for (const word of ['DROP TABLE', 'SELECT 1', 'SELECT 2'])
      expect(line(script, word)).toBe(line(text.split('\n'), word === 'DROP TABLE' ? 'dropTable' : word));
  });

  it('includes others in its order, by every kind of path, and puts in properties', () => {
    const files = {
      'db/changelog-master.xml': xml(
        '<property name="owner" value="app"/><include file="db/one.yaml"/><includeAll path="more" relativeToChangelogFile="true"/>',
      ),
      'db/one.yaml':
        'databaseChangeLog:\n  - changeSet:\n      id: 1\n      author: ann\n      changes:\n        - sql:\n            sql: SELECT 1 FROM ' +
        `${parameter('owner')}.t\n`,
      'db/more/b.sql': 'SELECT 3;',
      'db/more/a.sql': `${header}--changeset bob:2\nSELECT 2;`,
    };
    expect(shown(files)).toEqual([
      ['one.yaml::1::ann', 'SELECT 1 FROM app.t;', null],
      ['more/a.sql::2::bob', 'SELECT 2;', null],
      ['more/b.sql::raw::includeAll', 'SELECT 3;', null],
    ]);
  });
});

describe('a YAML change log', () => {
  it('says what its XML would', () => {
    const text = `
databaseChangeLog:
  - changeSet:
      id: 1
      author: ann
      runOnChange: true
      preConditions:
        - onFail: HALT
        - not:
            - tableExists: { tableName: users }
      changes:
        - createTable:
            tableName: users
            columns:
              - column: { name: id, type: uuid, constraints: { primaryKey: true } }
        - sql:
            sql: |
              SELECT 1;
      rollback:
        - dropTable: { tableName: users }
`;
    const [migration] = read({ 'db.changelog.yaml': text }).migrations;
    expect(shown({ 'db.changelog.yaml': text })).toEqual([
      [
        'R db.changelog.yaml::1::ann',
        'CREATE TABLE users (id uuid NOT NULL, PRIMARY KEY (id)); SELECT 1;',
        'DROP TABLE users;',
      ],
    ]);
    expect(migration?.manifest?.checks.before).toMatchObject([
      { value: { name: 'table users does not exist yet', expect: { value: '0' } } },
    ]);
  });
});

describe('what a change log says and nothing here can do', () => {
  it.each([
    ['<loadData file="x.csv" tableName="a"/>', 'changelog.xml:4: the change loadData is not known here'],
    [
      '<dropTable tableName="a" catalogName="c"/>',
      'changelog.xml:4: `catalogName` of dropTable is not understood',
    ],
    ['<dropTable/>', 'changelog.xml:4: dropTable without tableName'],
    ['<sqlFile path="gone.sql"/>', 'changelog.xml:4: there is no file gone.sql'],
    [
      `<sql>SELECT ${parameter('x')}</sql>`,
      `changelog.xml:4: \`${parameter('x')}\` is a parameter without a value`,
    ],
    [
      '<preConditions onFail="MARK_RAN"><tableExists tableName="a"/></preConditions><sql>SELECT 1</sql>',
      'changelog.xml:4: onFail MARK_RAN decides at run time',
    ],
    [
      '<preConditions><viewExists viewName="a"/></preConditions><sql>SELECT 1</sql>',
      'changelog.xml:4: `viewExists` of preConditions is not understood',
    ],
    [
      '<sql>SELECT 1</sql><rollback changeSetId="0" changeSetAuthor="a"/>',
      'changelog.xml:4: the way back is that of another',
    ],
    ['<sql>SELECT 1</sql', 'changelog.xml:5: not well-formed XML: '],
  ])('is refused by name and line: %s', (content, problem) => {
    const problems = problemsOf({ 'changelog.xml': changeSet(content) });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, problem.length)).toBe(problem);
  });

  it.each([
    [
      { 'changelog.xml': changeSet('<sql>SELECT 1</sql>', ' runAlways="true"') },
      /:3: a change set that runs at every update/,
    ],
    [
      { 'changelog.xml': changeSet('<sql>SELECT 1</sql>', ' context="test"') },
      /:3: this change set is for the context test/,
    ],
    [{ 'changelog.yaml': 'databaseChangeLog:\n  - changeSet: [' }, /changelog.yaml:2: not well-formed YAML/],
    [{ 'changelog.xml': xml('<include file="b.xml"/>') }, /:3: there is no file b.xml/],
    [{ 'changelog.xml': xml('<changeLog/>') }, /:3: `changeLog` in a change log is not known here/],
    [{ 'changelog.xml': xml(''), 'b.sql': 'SELECT 1;' }, /b.sql: the name is not that of a migration/],
    [
      { 'a.sql': `${header}--changeset a:1 runAlways:true\nSELECT 1;` },
      /a.sql:2: `runalways:true` of a change set/,
    ],
    [
      { 'a.sql': `${header}--ignoreLines:1\n--changeset a:1\nSELECT 1;` },
      /a.sql:2: lines that Liquibase passes over/,
    ],
    [
      { 'a.sql': `${header}--changeset a:1\nSELECT 1;\n--changeset a:1\nSELECT 2;` },
      /version a.sql::1::a has a forward file already/,
    ],
  ])('is refused: %j', (files, problem) => {
    const problems = problemsOf(files as unknown as Texts);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('with several beginnings asks for one', () => {
    const files = { 'a/changelog.xml': xml(''), 'b/changelog.xml': changeSet('<sql>SELECT 1</sql>') };
    expect(problemsOf(files)).toHaveLength(2);
    expect(shown({ ...files, 'liquibase.properties': 'changeLogFile=b/changelog.xml' })).toHaveLength(1);
  });
});

it.each([
  ['a', true],
  ['!a', false],
  ['a and b', false],
  ['a or b', true],
  ['b, a', true],
  ['not (b and a)', true],
  ['(a', null],
  ['a b', null],
])('contexts with a named: %s holds: %s', (expression, expected) => {
  expect(holds(expression, new Set(['a']))).toBe(expected);
});
