import { columnsIn } from '../definition.ts';
import { isAtLeast } from '../online/version.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'timestamp-2038',
  severity: 'note',
  title: 'A TIMESTAMP ends in 2038',
  versions: 'all; on MariaDB 11.5 and later in 2106',
});

export const look: Look = ({ definition, known: { server } }) => {
  const longer = server?.isMariaDb && isAtLeast(server, '11.5.0');
  return columnsIn(longer ? null : definition)
    .filter(({ type }) => type === 'TIMESTAMP')
    .map(({ name }) =>
      rule.finding(
        `${name} holds no time after January 19, 2038`,
        'Use DATETIME, in UTC by agreement, for what may lie ahead: terms, birthdays, validity.',
      ),
    );
};
