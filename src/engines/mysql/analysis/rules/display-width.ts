import { columnsIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'display-width',
  severity: 'note',
  title: 'The number behind an integer type limits nothing',
  versions: 'all',
});

const integers: ReadonlySet<string> = new Set([
  'TINYINT',
  'SMALLINT',
  'MEDIUMINT',
  'INT',
  'INTEGER',
  'BIGINT',
]);

export const look: Look = ({ definition }) =>
  columnsIn(definition)
    .filter(({ type, width, zerofill }) => integers.has(type) && width.length > 0 && !zerofill)
    // TINYINT(1) is what BOOLEAN stands for, and what clients take for it.
    .filter(({ type, width }) => !(type === 'TINYINT' && width[0]?.raw === '1'))
    .map(({ name, type, width }) =>
      rule.finding(
        `${type}(${width[0]?.raw ?? ''}) of ${name} holds the same numbers as ${type}: the width is for display, and MySQL 8 forgets it`,
        'Leave the number out; a CHECK limits values.',
      ),
    );
