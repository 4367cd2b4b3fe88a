import { describe, expect, it } from 'vitest';
import { readAloneStatement } from '../../../../src/engines/mysql/steps/alone-statement.ts';
import { describeClaim } from '../../../../src/engines/mysql/steps/catalog-probe.ts';

/** `+ column c of t`, with a question mark where what holds already is no error; or what it is. */
function read(sql: string): string | readonly string[] {
  const statement = readAloneStatement(sql);
  if (statement.does !== 'change') return statement.does;
  return statement.claims.map(
    (claim) => `${claim.present ? '+' : '-'}${claim.tolerant ? '?' : ''} ${describeClaim(claim)}`,
  );
}

describe('what a statement claims', () => {
  it.each<[string, string | readonly string[]]>([
    ['CREATE TABLE t (id int)', ['+ table t']],
    ['create table if not exists `shop`.`t t` like u', ['+? table t t']],
    ['CREATE TABLE t AS SELECT 1', 'unverifiable'],
    ['CREATE TEMPORARY TABLE t (id int)', 'unverifiable'],
    ['CREATE OR REPLACE VIEW v AS SELECT 1', 'repeatable'],
    ['CREATE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW v AS SELECT 1', ['+ view v']],
    [
      'CREATE DEFINER = CURRENT_USER TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
      ['+ trigger g'],
    ],
    ['CREATE PROCEDURE p() SELECT 1', ['+ procedure p']],
    ['CREATE UNIQUE INDEX i USING BTREE ON t (a, b(3))', ['+ index i of t']],
    ['CREATE /* really */ INDEX IF NOT EXISTS i ON t (a) -- yes', ['+? index i of t']],
    ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t', ['+ event e']],
    ['CREATE USER u', 'unverifiable'],
    ['DROP TABLE a, shop.b', ['- table a', '- table b']],
    ['DROP TABLE IF EXISTS a CASCADE', ['-? table a']],
    ['DROP INDEX i ON t', ['- index i of t']],
    ['DROP VIEW v', ['- view v']],
    ['DROP TRIGGER IF EXISTS shop.g', ['-? trigger g']],
    ['RENAME TABLE a TO b, c TO d', ['- table a', '+ table b', '- table c', '+ table d']],
    ['RENAME TABLE a TO x, b TO a', 'unverifiable'],
    ['TRUNCATE TABLE t', 'unverifiable'],
    ['CALL p()', 'unverifiable'],
    ['ANALYZE TABLE t', 'repeatable'],
    ['ALTER VIEW v AS SELECT 2', 'repeatable'],
    ['ALTER TABLE t ADD c int NULL, ADD COLUMN `d e` int AFTER c', ['+ column c of t', '+ column d e of t']],
    ['ALTER TABLE t ADD (c int, d decimal(10,2))', ['+ column c of t', '+ column d of t']],
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS c int', ['+? column c of t']],
    ['ALTER TABLE t DROP c, DROP COLUMN IF EXISTS d', ['- column c of t', '-? column d of t']],
    ['ALTER TABLE t CHANGE a b int, MODIFY c bigint', ['- column a of t', '+ column b of t']],
    ['ALTER TABLE t CHANGE a A int', []],
    ['ALTER TABLE t MODIFY c bigint UNSIGNED NOT NULL', []],
    [
      'ALTER TABLE t RENAME COLUMN a TO b, RENAME INDEX i TO j',
      ['- column a of t', '+ column b of t', '- index i of t', '+ index j of t'],
    ],
    ['ALTER TABLE t ADD INDEX (a), ADD KEY USING BTREE (b), ADD UNIQUE KEY u (c)', ['+ index u of t']],
    ['ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)', ['+ constraint f of t']],
    [
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a), ADD CONSTRAINT c CHECK (a > 0)',
      ['+ index u of t', '+ constraint c of t'],
    ],
    ['ALTER TABLE t ADD CHECK (a > 0)', []],
    [
      'ALTER TABLE t DROP FOREIGN KEY f, DROP PRIMARY KEY, DROP INDEX i',
      ['- constraint f of t', '- index PRIMARY of t', '- index i of t'],
    ],
    ['ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)', []],
    ['ALTER TABLE t ADD COLUMN c int, RENAME TO u', ['- table t', '+ table u']],
    ['ALTER TABLE t ENGINE=InnoDB, ALGORITHM=INPLACE, LOCK=NONE', []],
    ['ALTER TABLE IF EXISTS t ADD c int', ['+? column c of t']],
    ['ALTER TABLE t TRUNCATE PARTITION p0', 'unverifiable'],
    ['ALTER /*!50700 TABLE t ADD COLUMN c int */', ['+ column c of t']],
  ])('%s', (sql, claims) => {
    expect(read(sql)).toEqual(claims);
  });

  it('of several objects is taken up with those that are left', () => {
    const drop = readAloneStatement('DROP TABLE IF EXISTS a, shop.`b c`, d');
    if (drop.does !== 'change') throw new Error('not read');
    expect(drop.piecemeal?.(drop.claims.slice(1))).toBe('DROP TABLE IF EXISTS `shop`.`b c`, `d`');
    const rename = readAloneStatement('RENAME TABLE a TO b, c TO d');
    if (rename.does !== 'change') throw new Error('not read');
    expect(rename.piecemeal?.(rename.claims.slice(2))).toBe('RENAME TABLE `c` TO `d`');
  });
});
