import { describe, expect, it } from 'vitest';
import { columnsIn, sourcesOf } from '../../../../src/engines/postgres/analysis/sources.ts';

describe('the columns from which an expression computes its value', () => {
  it.each<[string, string, readonly string[] | null]>([
    ['each once', 'a + b + a', ['a', 'b']],
    ['none', `'x' || 1`, []],
    ['as they are spelt', 'A + "B"', ['a', 'B']],
    ['behind the name of the table', 'items.a', ['a']],
    ['under functions that always answer alike', 'coalesce(lower(a), b)', ['a', 'b']],
    ['unknown where a function may answer otherwise', 'a || random()::text', null],
    ['unknown where the name of a function tells nothing', 'my_function(a)', null],
    ['unknown behind an operator of a schema', 'a OPERATOR(mine.+) b', null],
    ['unknown in a subquery', '(SELECT a)', null],
    ['unknown of the whole row', 'items::text', null],
    ['unknown of all columns', 'concat(items.*)', null],
    ['unknown of what cannot be read', 'a +', null],
  ])('are %s: %s', async (_, expression, expected) => {
    expect(await sourcesOf(expression, 'shop.items')).toEqual(expected);
  });
});

describe('names that can only be columns of the table', () => {
  it.each<[string, string, readonly string[]]>([
    ['unqualified ones, each once', 'a + "B" + a', ['a', 'B']],
    ['not qualified ones, which may be parts of something else', 'items.a + b', ['b']],
    ['not the row', 'items::text || a', ['a']],
    ['not what every table has', 'ctid::text || xmin::text || a', ['a']],
    ['none beside a subquery, whose names may be anything', 'a + (SELECT max(b) FROM others)', []],
    ['none in what cannot be read', 'a +', []],
    ['also under functions that nobody knows', 'my_function(a)', ['a']],
  ])('are %s: %s', async (_, expression, expected) => {
    expect(await columnsIn(expression, 'shop.items')).toEqual(expected);
  });
});
