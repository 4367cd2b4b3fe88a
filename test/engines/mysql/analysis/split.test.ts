import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../../src/core/errors.ts';
import { cutScript, splitScript } from '../../../../src/engines/mysql/analysis/split.ts';

const textsOf = (text: string): string[] => splitScript({ path: 'V1.sql', text }).map((each) => each.text);

const body = `BEGIN
  DECLARE n int DEFAULT 0;
  IF NEW.a IS NULL THEN SET NEW.a = IF(NEW.b, 1, 2); END IF;
  WHILE n < 3 DO SET n = n + 1; END WHILE;
  one: LOOP SET n = n + 1; IF n > 9 THEN LEAVE one; END IF; END LOOP one;
  REPEAT SET n = n - 1; UNTIL n < 0 END REPEAT;
  CASE n WHEN 1 THEN SET NEW.a = CASE WHEN n THEN 1 ELSE 2 END; ELSE BEGIN END; END CASE;
  SET NEW.c = REPEAT('x', 3);
  DROP TABLE IF EXISTS scratch;
END`;

describe('a script is split as the server and its client split it', () => {
  it.each<[string, string, string[]]>([
    ['plain', 'SELECT 1; SELECT 2;', ['SELECT 1', 'SELECT 2']],
    ['no semicolon at the end', 'SELECT 1', ['SELECT 1']],
    ['nothing', ' \n-- nothing\n;;# more\n/* none */', []],
    ['single quotes', `SELECT 'a;''b\\';'; SELECT 2`, [`SELECT 'a;''b\\';'`, 'SELECT 2']],
    ['double quotes', `SELECT "a;""b\\";"; SELECT 2`, [`SELECT "a;""b\\";"`, 'SELECT 2']],
    ['backticks, without escapes', 'SELECT `a;``b\\`; SELECT 2', ['SELECT `a;``b\\`', 'SELECT 2']],
    ['two dashes', 'SELECT 1 -- ; no\n; SELECT 5--1;', ['SELECT 1', 'SELECT 5--1']],
    ['a hash', 'SELECT 1 # ; no\n, 2; SELECT 3', ['SELECT 1 # ; no\n, 2', 'SELECT 3']],
    ['comments around', '/* ; */ SELECT 1 /* ; */; -- ;\nSELECT 2', ['SELECT 1', 'SELECT 2']],
    [
      'a hint',
      'SELECT /*+ NO_INDEX_MERGE(t) ; */ 1; SELECT 2',
      ['SELECT /*+ NO_INDEX_MERGE(t) ; */ 1', 'SELECT 2'],
    ],
    [
      'versioned comments belong to the statement',
      '/*!40101 SET NAMES utf8 */; CREATE TABLE t (a int) /*!50100 PARTITION BY KEY (a) */; /*M!100100 SELECT 1 */;',
      [
        '/*!40101 SET NAMES utf8 */',
        'CREATE TABLE t (a int) /*!50100 PARTITION BY KEY (a) */',
        '/*M!100100 SELECT 1 */',
      ],
    ],
    [
      'a comment in a versioned one',
      '/*! SELECT /* ; */ 1 */; SELECT 2',
      ['/*! SELECT /* ; */ 1 */', 'SELECT 2'],
    ],
    [
      'DELIMITER',
      'SELECT 0;\nDELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END$$\ndelimiter ;\nSELECT 2;',
      ['SELECT 0', 'CREATE PROCEDURE p() BEGIN SELECT 1; END', 'SELECT 2'],
    ],
    [
      'the delimiter of a DELIMITER script within quotes',
      `DELIMITER //\nSELECT '//' // SELECT 2; SELECT 3//`,
      [`SELECT '//'`, 'SELECT 2', 'SELECT 3'],
    ],
    [
      'a semicolon before the other delimiter',
      'DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN END; ;;',
      ['CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN END'],
    ],
    [
      'a trigger without DELIMITER',
      `CREATE TRIGGER t BEFORE UPDATE ON u FOR EACH ROW ${body}; SELECT 2`,
      [`CREATE TRIGGER t BEFORE UPDATE ON u FOR EACH ROW ${body}`, 'SELECT 2'],
    ],
    [
      'a trigger whose body is one IF',
      'CREATE TRIGGER t BEFORE UPDATE ON u FOR EACH ROW IF NEW.a THEN SET NEW.b = 1; END IF; SELECT 2',
      ['CREATE TRIGGER t BEFORE UPDATE ON u FOR EACH ROW IF NEW.a THEN SET NEW.b = 1; END IF', 'SELECT 2'],
    ],
    [
      'a routine of one statement',
      'CREATE PROCEDURE p() SELECT 1; SELECT 2',
      ['CREATE PROCEDURE p() SELECT 1', 'SELECT 2'],
    ],
    [
      'a definer, an event',
      'CREATE DEFINER=`a`@`%` EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; END; SELECT 2',
      [
        'CREATE DEFINER=`a`@`%` EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM t; END',
        'SELECT 2',
      ],
    ],
    ['a transaction is no block', 'BEGIN; SELECT 1; COMMIT', ['BEGIN', 'SELECT 1', 'COMMIT']],
    [
      'an anonymous block is one',
      'BEGIN NOT ATOMIC SELECT 1; SELECT 2; END; SELECT 3',
      ['BEGIN NOT ATOMIC SELECT 1; SELECT 2; END', 'SELECT 3'],
    ],
    [
      'columns called like blocks',
      'CREATE TABLE t (`begin` int, loop_ int); SELECT `begin` FROM t',
      ['CREATE TABLE t (`begin` int, loop_ int)', 'SELECT `begin` FROM t'],
    ],
    ['\\G of the client', 'SELECT 1\\G SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['a byte order mark', '\ufeffSELECT 1', ['SELECT 1']],
  ])('%s', (_case, script, expected) => {
    expect(textsOf(script)).toEqual(expected);
  });

  it('says where each statement stands', () => {
    const [, second] = splitScript({ path: 'V1.sql', text: `SELECT '😀';\n  -- x\n  SELECT 2` });
    expect(second?.position).toEqual({ path: 'V1.sql', line: 3, column: 3 });
    const [, beside] = splitScript({ path: 'V1.sql', text: `SELECT '😀'; SELECT 2` });
    expect(beside?.position.column).toBe(13);
  });

  it.each<[string, string, number, number, RegExp]>([
    ['a text', `SELECT 1;\n SELECT 'x; SELECT 2`, 2, 9, /text in quotes is not closed/],
    ['a name', 'SELECT `x', 1, 8, /backticks is not closed/],
    ['a comment', 'SELECT 1;\n\n/* x', 3, 1, /comment is not closed/],
    ['a versioned comment', 'SELECT /*!40000 1', 1, 8, /versioned comment is not closed/],
    [
      'a client command',
      'SELECT 1;\nsource other.sql',
      2,
      1,
      /source other.sql is a command of the mysql client/,
    ],
    ['a NUL', 'SELECT\0 1', 1, 7, /NUL/],
  ])('refuses with line and column: %s', (_case, text, line, column, message) => {
    const act = () => splitScript({ path: 'V1.sql', text });
    expect(act).toThrow(InputError);
    try {
      act();
    } catch (error) {
      expect((error as InputError).problems).toMatchObject([{ file: 'V1.sql', line, column }]);
      expect((error as InputError).problems[0]?.message).toMatch(message);
    }
  });
});

describe('nothing of a script is lost', () => {
  const part = fc.oneof(
    fc.constantFrom(
      ...[
        `'a;b'`,
        `'it''s \\' ;'`,
        '"x;"',
        '`n;``m`',
        '-- ;x\n',
        '# ;\n',
        '/* ; */',
        '/*!40101 SET a */',
        ';',
        ';;',
      ],
      ...[
        'BEGIN',
        'END',
        'CREATE TRIGGER t',
        'FOR EACH ROW',
        'IF',
        'CASE',
        'END IF',
        'SELECT',
        '(',
        ')',
        '1.5',
        '@a',
      ],
      ...['\nDELIMITER $$\n', '\nDELIMITER ;\n', '$$', 'é😀', ' ', '\n', 'a.b', ':=', '5--1'],
    ),
    fc.string({ unit: fc.constantFrom('a', ' ', ';', '(', '-', '/', '*', '\n', 'é'), maxLength: 6 }),
  );

  it('the pieces, joined, are the script', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const script = parts.join(' ');
        const pieces = tolerant(() => cutScript(script));
        if (pieces === null) return;
        expect(pieces.map(({ text }) => text).join('')).toBe(script);
        for (const piece of pieces) {
          if (piece.kind === 'between') expect(withoutComments(piece.text)).toBe('');
          for (const token of piece.tokens) expect(piece.text.slice(token.start, token.end)).toBe(token.raw);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('statements that hold no delimiter come out as they went in', () => {
    const statement = fc.constantFrom(
      'SELECT 1',
      `UPDATE t SET a = 'x;y'`,
      'DELETE FROM `a;b`',
      `CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW ${body}`,
    );
    fc.assert(
      fc.property(fc.array(statement), (statements) => {
        expect(textsOf(statements.join(';\n/* ; */'))).toEqual(statements);
      }),
    );
  });
});

/** Unclosed quotes and the like are refused, which is another test's business. */
function tolerant<Value>(act: () => Value): Value | null {
  try {
    return act();
  } catch {
    return null;
  }
}

/** What stands between statements, without what has no meaning there. */
const withoutComments = (text: string): string =>
  text
    .replaceAll(/\/\*(?!!|M!)[\s\S]*?\*\/|#[^\n]*|--(?=\s|$)[^\n]*/g, '')
    .replaceAll(/delimiter[ \t]+\S+[^\n]*/gi, '')
    .replaceAll(/[\s;$]|\\[gG]/g, '');
