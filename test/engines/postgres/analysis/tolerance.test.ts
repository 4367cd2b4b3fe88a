import { describe, expect, it } from 'vitest';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';

/** `create column a (hedged)`, `drop table t (ifExists)`. */
async function effectsOf(text: string): Promise<string[]> {
  const statements = await analyze({ path: 'V1.sql', text });
  return statements
    .flatMap(({ effects }) => effects)
    .map((effect) => {
      if (effect.does === 'write') return `write ${effect.table}`;
      const marks = [
        ...(effect.does === 'create' && effect.hedged ? ['hedged'] : []),
        ...(effect.ifExists ? ['ifExists'] : []),
      ];
      const what = `${effect.does} ${effect.object.type} ${effect.object.name}`;
      return marks.length === 0 ? what : `${what} (${marks.join()})`;
    });
}

describe('what a statement tolerates', () => {
  it.each<[string, string[]]>([
    ['ALTER TABLE t ADD COLUMN a int', ['create column a']],
    ['ALTER TABLE t ADD COLUMN IF NOT EXISTS a int', ['create column a (hedged)']],
    [
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS a int CONSTRAINT k CHECK (a > 0), ADD COLUMN b int',
      ['create column a (hedged)', 'create constraint k (hedged)', 'create column b'],
    ],
    ['ALTER TABLE IF EXISTS t ADD COLUMN a int', ['create column a (ifExists)']],
    [
      'ALTER TABLE t DROP COLUMN IF EXISTS a, DROP COLUMN b, DROP CONSTRAINT IF EXISTS k',
      ['drop column a (ifExists)', 'drop column b', 'drop constraint k (ifExists)'],
    ],
    ['ALTER TABLE IF EXISTS t ALTER COLUMN a SET NOT NULL', ['alter column a (ifExists)']],
    ['ALTER TABLE IF EXISTS t RENAME TO u', ['rename table t (ifExists)']],
    ['ALTER TABLE IF EXISTS t RENAME COLUMN a TO b', ['rename column a (ifExists)']],
    ['ALTER TABLE IF EXISTS t SET SCHEMA s', ['rename table t (ifExists)']],
    ['ALTER VIEW IF EXISTS v SET (security_barrier = true)', ['alter view v (ifExists)']],
    ['DROP TABLE IF EXISTS t, u', ['drop table t (ifExists)', 'drop table u (ifExists)']],
    ['DROP INDEX CONCURRENTLY IF EXISTS i', ['drop index i (ifExists)']],
    ['DROP INDEX i', ['drop index i']],
    ['CREATE TABLE IF NOT EXISTS t (a int)', ['create table t (hedged)']],
    ['CREATE UNIQUE INDEX IF NOT EXISTS i ON t (a)', ['create index i (hedged)']],
    ['CREATE SCHEMA IF NOT EXISTS s', ['create schema s (hedged)']],
    ['CREATE SCHEMA s CREATE TABLE t (a int)', ['create schema s', 'create table s.t']],
    ['CREATE OR REPLACE VIEW v AS SELECT 1', ['create view v (hedged)']],
    ['CREATE VIEW v AS SELECT 1', ['create view v']],
    ['CREATE OR REPLACE AGGREGATE a (int) (SFUNC = f, STYPE = int)', ['create function a (hedged)']],
    ['CREATE OR REPLACE RULE r AS ON DELETE TO t DO INSTEAD NOTHING', ['create other r (hedged)']],
    ['CREATE COLLATION IF NOT EXISTS c FROM "C"', ['create other c (hedged)']],
    [`CREATE SERVER IF NOT EXISTS s FOREIGN DATA WRAPPER w`, ['create other s (hedged)']],
  ])('%s', async (text, expected) => {
    expect(await effectsOf(text)).toEqual(expected);
  });
});
