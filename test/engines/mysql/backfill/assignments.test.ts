import { describe, expect, it } from 'vitest';
import { assignmentProblem } from '../../../../src/engines/mysql/assignment-order.ts';
import { backfill, enter, workThrough } from '../../postgres/support.ts';
import { everyMysql } from '../support.ts';

everyMysql('several columns of a backfill that read each other', (_kind, database) => {
  it.each([
    { a: 'b', b: 'c + 1', c: 'c + 10' },
    { c: 'c + 10', b: 'c + 1', a: 'b' },
    { b: 'c + 1', c: 't.c + 10', a: '`B`' },
  ])('are computed from the row as it was: %j', async (set) => {
    const opened = await database();
    await opened.query(
      'CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int)',
      'INSERT INTO t VALUES (1, 1, 2, 3), (2, 10, 20, 30)',
    );
    const connected = await opened.connect();
    const fence = await enter(connected);
    const [key] = (await connected.facts(['t'])).tables.t?.keys ?? [];
    await workThrough(connected, fence, backfill('t', key?.columns ?? [], { set }), 1);
    expect(await opened.query('SELECT * FROM t ORDER BY id')).toEqual([
      { id: '1', a: '2', b: '4', c: '13' },
      { id: '2', a: '20', b: '31', c: '40' },
    ]);
  });
});

describe('what no order computes', () => {
  it.each([
    [{ a: 'b', b: 'a' }, 'a and b'],
    [{ a: 'b', b: 'c', c: 'A + 1' }, 'a and b and c'],
  ])('%j is refused', async (set, columns) => {
    expect(await assignmentProblem(set, 't')).toContain(
      `the values of ${columns} are computed from each other`,
    );
  });

  it.each([{ a: 'a + 1' }, { a: 'b', b: 'c' }, { a: "'b'", b: 'a' }])('%j is not', async (set) => {
    expect(await assignmentProblem(set, 't')).toBeNull();
  });
});
