import { describe, expect, it } from 'vitest';
import { InputError, type Problem } from '../../../../src/core/errors.ts';
import { splitScript } from '../../../../src/engines/sqlserver/analysis/split.ts';

const batches = (text: string) =>
  splitScript({ path: 'V1.sql', text }).map(({ statements }) =>
    statements.map((statement) => statement.text),
  );

function problemOf(text: string): Problem | undefined {
  try {
    splitScript({ path: 'V1.sql', text });
  } catch (error) {
    if (error instanceof InputError) return error.problems[0];
    throw error;
  }
  throw new Error('no problem');
}

describe('GO', () => {
  it.each<[string, string, string[][]]>([
    ['cuts batches', 'SELECT 1\nGO\nSELECT 2\ngo', [['SELECT 1'], ['SELECT 2']]],
    ['stands at the very beginning', 'GO\nSELECT 1', [['SELECT 1']]],
    [
      'may be indented and followed by a comment',
      'SELECT 1\n\t Go -- next\nSELECT 2',
      [['SELECT 1'], ['SELECT 2']],
    ],
    ['repeats', 'SELECT 1\nGO 3\nSELECT 2', [['SELECT 1'], ['SELECT 1'], ['SELECT 1'], ['SELECT 2']]],
    ['has Windows line ends', 'SELECT 1\r\nGO\r\nSELECT 2\r\n', [['SELECT 1'], ['SELECT 2']]],
    [
      'is nothing in a comment',
      'SELECT /*\nGO\n/*\nGO\n*/\nGO\n*/ 1',
      [['SELECT /*\nGO\n/*\nGO\n*/\nGO\n*/ 1']],
    ],
    ['is nothing in a text', "SELECT 'a\nGO\nb'", [["SELECT 'a\nGO\nb'"]]],
    ['is nothing in brackets', 'SELECT [a\nGO\nb]', [['SELECT [a\nGO\nb]']]],
    ['is nothing behind other words of its line', 'SELECT 1 AS go', [['SELECT 1 AS go']]],
    ['may be a column', 'UPDATE t SET\ngo = 1', [['UPDATE t SET\ngo = 1']]],
    ['leaves empty batches out', 'GO\n-- nothing\nGO', []],
  ])('%s', (_, text, expected) => {
    expect(batches(text)).toEqual(expected);
  });

  it.each(['GO;', 'GO 0', 'GO 5000', 'GO SELECT 1', 'GO 2 3'])('is refused as %s', (line) => {
    expect(problemOf(`SELECT 1\n${line}`)).toMatchObject({ file: 'V1.sql', line: 2, column: 1 });
  });
});

describe('statements of a batch', () => {
  it.each<[string, string[]]>([
    ['SELECT 1; SELECT 2;', ['SELECT 1', 'SELECT 2']],
    ['SELECT 1 SELECT 2', ['SELECT 1', 'SELECT 2']],
    [
      'ALTER TABLE t ADD a int ALTER TABLE t ALTER COLUMN b int',
      ['ALTER TABLE t ADD a int', 'ALTER TABLE t ALTER COLUMN b int'],
    ],
    ['ALTER TABLE t DROP COLUMN a DROP TABLE u', ['ALTER TABLE t DROP COLUMN a', 'DROP TABLE u']],
    ['ALTER TABLE t DROP ck DROP INDEX i ON t', ['ALTER TABLE t DROP ck', 'DROP INDEX i ON t']],
    [
      'DROP TABLE IF EXISTS t IF EXISTS (SELECT 1) SELECT 2',
      ['DROP TABLE IF EXISTS t', 'IF EXISTS (SELECT 1) SELECT 2'],
    ],
    [
      'INSERT INTO t (a) SELECT 1 UNION ALL SELECT 2 SELECT 3',
      ['INSERT INTO t (a) SELECT 1 UNION ALL SELECT 2', 'SELECT 3'],
    ],
    ['INSERT t VALUES (1) SELECT 1', ['INSERT t VALUES (1)', 'SELECT 1']],
    ['INSERT INTO t EXEC p EXEC q', ['INSERT INTO t EXEC p', 'EXEC q']],
    [
      'WITH x AS (SELECT 1 a) UPDATE x SET a = 2 SET NOCOUNT ON',
      ['WITH x AS (SELECT 1 a) UPDATE x SET a = 2', 'SET NOCOUNT ON'],
    ],
    [
      'UPDATE t SET a = CASE WHEN b = 1 THEN 2 ELSE 3 END DELETE t',
      ['UPDATE t SET a = CASE WHEN b = 1 THEN 2 ELSE 3 END', 'DELETE t'],
    ],
    [
      'MERGE t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1); SELECT 1',
      [
        'MERGE t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = 1 WHEN NOT MATCHED THEN INSERT (a) VALUES (1)',
        'SELECT 1',
      ],
    ],
    [
      'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (a) ON DELETE SET NULL ON UPDATE CASCADE UPDATE t SET a = 1',
      [
        'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (a) ON DELETE SET NULL ON UPDATE CASCADE',
        'UPDATE t SET a = 1',
      ],
    ],
    [
      'GRANT SELECT, UPDATE, EXECUTE ON SCHEMA::dbo TO r WITH GRANT OPTION SELECT 1',
      ['GRANT SELECT, UPDATE, EXECUTE ON SCHEMA::dbo TO r WITH GRANT OPTION', 'SELECT 1'],
    ],
    [
      'IF 1 = 1 BEGIN SELECT 1; SELECT 2 END ELSE SELECT 3; SELECT 4',
      ['IF 1 = 1 BEGIN SELECT 1; SELECT 2 END ELSE SELECT 3', 'SELECT 4'],
    ],
    [
      'IF CASE WHEN 1 = 1 THEN 1 ELSE 2 END = 1 SELECT 1; ELSE SELECT 2',
      ['IF CASE WHEN 1 = 1 THEN 1 ELSE 2 END = 1 SELECT 1; ELSE SELECT 2'],
    ],
    ['WHILE 1 = 0 SELECT 1 SELECT 2', ['WHILE 1 = 0 SELECT 1', 'SELECT 2']],
    [
      'BEGIN TRY DROP TABLE t END TRY BEGIN CATCH THROW END CATCH SELECT 1',
      ['BEGIN TRY DROP TABLE t END TRY BEGIN CATCH THROW END CATCH', 'SELECT 1'],
    ],
    ['BEGIN TRAN UPDATE t SET a = 1 COMMIT', ['BEGIN TRAN', 'UPDATE t SET a = 1', 'COMMIT']],
    [
      'SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY SELECT 1',
      ['SELECT a FROM t ORDER BY a OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY', 'SELECT 1'],
    ],
    ['CREATE PROCEDURE p AS SELECT 1; DROP TABLE t', ['CREATE PROCEDURE p AS SELECT 1; DROP TABLE t']],
    [
      'SELECT 1; DECLARE @a int = 1; UPDATE t SET b = @a; SELECT 2;',
      ['SELECT 1', 'DECLARE @a int = 1; UPDATE t SET b = @a; SELECT 2'],
    ],
    ['UPDATE STATISTICS t SET NOCOUNT ON', ['UPDATE STATISTICS t', 'SET NOCOUNT ON']],
    [
      'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON SELECT 1',
      ['ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON', 'SELECT 1'],
    ],
    ['-- a\nSELECT 1 /* b */ -- c\n;', ['SELECT 1']],
  ])('%s', (text, expected) => {
    expect(batches(text)).toEqual([expected]);
  });

  it.each<[string, number]>([
    ['BEGIN SELECT 1', 14],
    ['SELECT 1 END', 10],
    ['SELECT (1', 8],
    ['IF 1 = 1', 8],
    ['BEGIN TRY SELECT 1 END TRY SELECT 2', 28],
    ["SELECT 'a", 8],
  ])('%s is refused', (text, column) => {
    expect(problemOf(text)).toMatchObject({ line: 1, column });
  });

  it('says where each stands', () => {
    const [, second] = splitScript({ path: 'V1.sql', text: '\ufeffSELECT 1\nGO\n  SELECT 2' });
    expect(second?.statements[0]?.position).toEqual({ path: 'V1.sql', line: 3, column: 3 });
  });

  it('notices a definition that is not first in its batch', () => {
    const [batch] = splitScript({ path: 'V1.sql', text: 'SELECT 1;\nCREATE OR ALTER VIEW v AS SELECT 1 a' });
    expect(batch?.statements.map(({ misplaced }) => misplaced)).toEqual([false, true]);
  });
});

describe('SET options', () => {
  it('hold for the batches after them', () => {
    const script =
      'SET QUOTED_IDENTIFIER, ANSI_NULLS OFF\nGO\nSET XACT_ABORT OFF\nSET ANSI_NULLS ON\nGO\nSELECT 1';
    expect(splitScript({ path: 'V1.sql', text: script }).map(({ options }) => options)).toEqual([
      { quotedIdentifier: true, ansiNulls: true, xactAbort: true },
      { quotedIdentifier: false, ansiNulls: false, xactAbort: true },
      { quotedIdentifier: false, ansiNulls: true, xactAbort: false },
    ]);
  });
});
