import { describe, expect, it } from 'vitest';
import { InputError, type Problem } from '../../../../src/core/errors.ts';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';

async function split(text: string): Promise<readonly [string, number, number][]> {
  const statements = await analyze({ path: 'V1.sql', text });
  return statements.map(({ text: sql, position }) => [sql, position.line, position.column]);
}

async function problemsOf(text: string): Promise<readonly Problem[]> {
  const error: unknown = await analyze({ path: 'V1.sql', text }).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InputError)) throw new Error(`no input error: ${String(error)}`);
  return error.problems;
}

describe('splitting a script', () => {
  it.each<[string, string, readonly [string, number, number][]]>([
    ['nothing', '', []],
    ['only comments', '-- a\n/* b */ ;;\n', []],
    [
      'two statements',
      'SELECT 1;\nSELECT 2',
      [
        ['SELECT 1', 1, 1],
        ['SELECT 2', 2, 1],
      ],
    ],
    [
      'Windows line ends',
      'SELECT 1;\r\n  SELECT 2;\r\n',
      [
        ['SELECT 1', 1, 1],
        ['SELECT 2', 2, 3],
      ],
    ],
    ['comments around', '-- über\n/* ; */ SELECT 1 -- tail;\n;\n-- end', [['SELECT 1', 2, 9]]],
    ['a comment inside', 'SELECT 1 /* one; */ + 1;', [['SELECT 1 /* one; */ + 1', 1, 1]]],
    [
      'letters of several bytes before',
      `SELECT 'é😀ß'; SELECT 'ü';`,
      [
        [`SELECT 'é😀ß'`, 1, 1],
        [`SELECT 'ü'`, 1, 15],
      ],
    ],
    ['a byte order mark', '\ufeffSELECT 1', [['SELECT 1', 1, 1]]],
    [
      'semicolons in a dollar-quoted body',
      'DO $x$ BEGIN; END $x$; SELECT 2',
      [
        ['DO $x$ BEGIN; END $x$', 1, 1],
        ['SELECT 2', 1, 24],
      ],
    ],
    [
      'tabs and control characters in a text',
      `SELECT 'a\tb\u0001;';\n\tSELECT 2`,
      [
        [`SELECT 'a\tb\u0001;'`, 1, 1],
        ['SELECT 2', 2, 2],
      ],
    ],
    [
      'semicolons in a SQL-standard body',
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3',
      [
        ['CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END', 1, 1],
        ['SELECT 3', 1, 71],
      ],
    ],
  ])('%s', async (_case, text, expected) => {
    expect(await split(text)).toEqual(expected);
  });

  it('gives each finding the place of its statement', async () => {
    const [, second] = await analyze({ path: 'V1.sql', text: 'SELECT 1;\n  DROP TABLE users;' });
    expect(second?.findings[0]?.position).toEqual({ path: 'V1.sql', line: 2, column: 3 });
  });
});

describe('a script that does not parse', () => {
  it('names every wrong statement with line, column and text, and passes over the right ones', async () => {
    const text = [
      '-- ä',
      'ALTER TABEL users ADD x int;',
      'SELECT 1;',
      'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END;',
      `SELECT 'é' FORM t WHERE x;`,
      'DROP TABLE;',
    ].join('\n');
    expect((await problemsOf(text)).map(({ line, column, message }) => [line, column, message])).toEqual([
      [2, 7, 'syntax error at or near "TABEL", in: ALTER TABEL users ADD x int;'],
      [5, 17, `syntax error at or near "t", in: SELECT 'é' FORM t WHERE x;`],
      [6, 11, 'syntax error at or near ";", in: DROP TABLE;'],
    ]);
  });

  it('names the place of a quote that is never closed', async () => {
    expect(await problemsOf(`SELECT 1;\nSELECT 'open;\nSELECT 2;`)).toEqual([
      {
        file: 'V1.sql',
        line: 2,
        column: 8,
        message: `unterminated quoted string at or near "'open;, in: SELECT 'open;`,
      },
    ]);
  });

  it('says that psql commands are not SQL, and finds what else is wrong', async () => {
    const problems = await problemsOf('\\i other.sql\nSELECT 1;\n  \\copy t from x.csv\nDROP TABLE;\n');
    expect(problems.map(({ line, column, message }) => [line, column, message.split(',')[0]])).toEqual([
      [1, 1, '\\i is a command of psql'],
      [3, 3, '\\copy is a command of psql'],
      [4, 11, 'syntax error at or near ";"'],
    ]);
  });

  it('says that rows of COPY cannot stand in a script', async () => {
    const problems = await problemsOf(
      `SELECT 1;\nCOPY t (a, b) FROM stdin;\n1\tit's\n2\t\\N\n\\.\nDROP TABLE;\n`,
    );
    expect(problems.map(({ line, message }) => [line, message.slice(0, 44)])).toEqual([
      [2, 'COPY … FROM STDIN with its rows in the script is'.slice(0, 44)],
      [6, 'syntax error at or near ";", in: DROP TABLE;'.slice(0, 44)],
    ]);
  });

  it('refuses COPY FROM STDIN without rows as well', async () => {
    const [statement] = await analyze({ path: 'V1.sql', text: 'COPY t FROM STDIN;' });
    expect(statement?.findings).toMatchObject([{ rule: 'copy-from-stdin', severity: 'error' }]);
  });

  it('never passes over what stands behind a NUL character', async () => {
    expect(await problemsOf('SELECT 1;\n\0 DROP TABLE users;')).toMatchObject([{ line: 2, column: 1 }]);
  });
});
