import type { ColumnDefinition } from '../columns.ts';
import { columnsIn, keysIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'small-integer-key',
  severity: 'warning',
  title: 'A key of 32 bits or fewer runs out',
  versions: 'all',
});

/** A key column that counts up and is narrower than BIGINT. */
export const look: Look = ({ definition }) => {
  const keys = keysIn(definition).filter(({ kind, columns }) => kind === 'primary' && columns.length === 1);
  return columnsIn(definition).flatMap((column) => {
    const largest = largestOf(column);
    const isKey = column.autoIncrement || keys.some(({ columns }) => columns[0] === column.name);
    if (largest === undefined || !isKey) return [];
    return [
      rule.finding(
        `${column.name} of ${definition?.table ?? ''} counts up to ${largest} and then refuses every new row`,
        'Make it bigint: changing a key later means writing anew every table that refers to it.',
      ),
    ];
  });
};

const largestOf = ({ type, unsigned }: ColumnDefinition): string | undefined =>
  largest[type]?.[unsigned ? 1 : 0];

/** Signed and unsigned (manual, "Integer Types"). */
const int = ['2,147,483,647', '4,294,967,295'] as const;
const medium = ['8,388,607', '16,777,215'] as const;
const small = ['32,767', '65,535'] as const;
const tiny = ['127', '255'] as const;
const largest: Readonly<Record<string, readonly [string, string]>> = {
  INT: int,
  INTEGER: int,
  INT4: int,
  MEDIUMINT: medium,
  INT3: medium,
  SMALLINT: small,
  INT2: small,
  TINYINT: tiny,
  INT1: tiny,
};
