import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'lock-queue',
  severity: 'note',
  title: 'Others queue behind the wait of an online build',
  versions: 'all; WAIT_AT_LOW_PRIORITY for rebuilds since 2014, for CREATE INDEX since 2022',
});

export const queuesOthers = (table: string): Finding =>
  rule.finding(
    `at its beginning and end the build waits for a lock on ${table} with all others queueing behind it, as long as LOCK_TIMEOUT lets it`,
    'Nothing needs to be done: the wait is short and taken up again.',
    { table },
  );
