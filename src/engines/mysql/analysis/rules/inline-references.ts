import { foreignKeysIn } from '../definition.ts';
import { isAtLeast, type OnlineServer } from '../online/version.ts';
import type { Look } from './look.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'inline-references',
  severity: 'warning',
  title: 'REFERENCES behind a column is passed over',
  versions: 'MySQL before 9.0, MariaDB before 10.5',
});

export const look: Look = ({ definition, known }) =>
  known.server !== null && heeds(known.server)
    ? []
    : foreignKeysIn(definition)
        .filter(({ inline }) => inline)
        .map(({ columns, references }) =>
          rule.finding(
            `MySQL before 9.0 and MariaDB before 10.5 read REFERENCES ${references.table} behind ${columns.join()} and make no foreign key of it`,
            `Write it as a part of its own: FOREIGN KEY (${columns.join()}) REFERENCES ${references.table} (…).`,
          ),
        );

const heeds = (server: OnlineServer): boolean => isAtLeast(server, server.isMariaDb ? '10.5.0' : '9.0.0');
