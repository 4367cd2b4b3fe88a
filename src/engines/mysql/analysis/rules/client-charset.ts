import type { Finding } from '../../../../core/analysis/statement.ts';
import { mysqlRule } from './rule.ts';

export const rule = mysqlRule({
  id: 'client-charset',
  severity: 'note',
  title: 'Files are read as UTF-8 whatever the script says',
  versions: 'all',
});

export const clientCharset = (verb: string): Finding =>
  rule.finding(
    `${verb} is left out: Lockkeeper reads files as UTF-8 and sends them as utf8mb4`,
    'Nothing needs to be done, as long as the file is UTF-8.',
  );
