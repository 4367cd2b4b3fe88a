import { columnsIn } from '../definition.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'zero-date',
  severity: 'warning',
  title: 'A zero date is refused by a strict server',
  versions: 'all; by the SQL mode, which is strict since MySQL 5.7 and MariaDB 10.2.4',
});

export const look: Look = ({ definition }) =>
  columnsIn(definition)
    .filter(({ standard }) => /^(?:0000|\d{4}-00|\d{4}-\d\d-00)/.test(standard?.[0]?.value ?? ''))
    .filter(({ type }) => ['DATE', 'DATETIME', 'TIMESTAMP'].includes(type))
    .map(({ name }) =>
      rule.finding(
        `a strict server refuses the default of ${name}, and later every change of the table for its sake: there is no such date`,
        'Leave the column NULL where there is no date.',
      ),
    );
