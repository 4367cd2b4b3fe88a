import { defineRule } from '../../../../core/analysis/rule.ts';
import { columnsDefined, constraintsDefined } from '../definitions.ts';
import { all, strings } from '../tree.ts';
import { isSerial } from '../types.ts';
import type { Look } from './look.ts';

export const rule = defineRule({
  id: 'small-integer-key',
  severity: 'warning',
  title: 'A key of 32 bits or fewer runs out',
  versions: 'all',
});

/** A key column that counts up and is narrower than bigint. */
export const look: Look = ({ node }) => {
  const keys = constraintsDefined(node).filter(({ constraint }) => constraint.contype === 'CONSTR_PRIMARY');
  return columnsDefined(node).flatMap(({ table, definition }) => {
    const column = definition.colname ?? '';
    const narrow = narrowTypes[strings(definition.typeName?.names).at(-1) ?? ''];
    const alone = keys.some(({ columns }) => columns.length === 1 && columns[0] === column);
    const counted = all(definition.constraints, 'Constraint').some(
      (one) => one.contype === 'CONSTR_IDENTITY',
    );
    if (narrow === undefined || !(alone || counted || isSerial(definition.typeName))) return [];
    return [
      rule.finding(
        `${column} of ${table} counts up to ${narrow} and then refuses every new row`,
        'Make it bigint: it costs four bytes a row, and changing a key later means a rewrite of every table that refers to it.',
      ),
    ];
  });
};

/** Largest value by the grammar’s name of the type (manual, "Numeric Types"). */
const narrowTypes: Readonly<Record<string, string>> = {
  int4: '2,147,483,647',
  serial: '2,147,483,647',
  serial4: '2,147,483,647',
  int2: '32,767',
  smallserial: '32,767',
  serial2: '32,767',
};
