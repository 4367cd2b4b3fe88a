import { expect, test } from 'vitest';
import { rowsFrom, valuesOf } from '../../../../src/engines/postgres/data-api/text-rows.ts';

test.each<[string, string, readonly (string | null)[]]>([
  ['plain values', '(1,t,abc)', ['1', 't', 'abc']],
  ['null beside the empty text', '(,"",x)', [null, '', 'x']],
  ['one null', '()', [null]],
  ['quotes and backslashes', String.raw`("a ""b"" \\c")`, [String.raw`a "b" \c`]],
  ['what else has to be quoted', '("a,b","(c)"," d ")', ['a,b', '(c)', ' d ']],
  ['line breaks and an array', '("a\nb","{1,NULL}")', ['a\nb', '{1,NULL}']],
  ['letters of any length', '(ä,"🙂 ,")', ['ä', '🙂 ,']],
])('reads %s of a row', (_, row, values) => {
  expect(valuesOf(row)).toEqual(values);
});

test('rows have their columns, also when there are none of either', () => {
  expect(rowsFrom('{"names":["a","b"],"rows":["(1,)","(2,x)"]}')).toEqual([
    { a: '1', b: null },
    { a: '2', b: 'x' },
  ]);
  expect(rowsFrom('{"names":null,"rows":null}')).toEqual([]);
  expect(rowsFrom('{"names":null,"rows":["()","()"]}')).toEqual([{}, {}]);
});
