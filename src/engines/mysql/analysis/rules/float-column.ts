import { columnsIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'float-column',
  severity: 'note',
  title: 'A floating point number does not keep what is put into it',
  versions: 'all',
});

const inexact: ReadonlySet<string> = new Set(['FLOAT', 'FLOAT4', 'FLOAT8', 'DOUBLE', 'REAL']);

export const look: Look = ({ definition }) =>
  columnsIn(definition)
    .filter(({ type }) => inexact.has(type))
    .map(({ name, type }) =>
      rule.finding(
        `${name} is a ${type}: 0.1 is not kept as 0.1, sums of money come out wrong, and = finds no row`,
        'Use DECIMAL for what must be exact.',
      ),
    );
