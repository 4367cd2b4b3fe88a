import type { Finding } from '../../../../core/analysis/statement.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'not-alone-in-batch',
  severity: 'error',
  title: 'The server wants the definition first in its batch',
  versions: 'all',
});

export const notAlone = (verb: string): Finding =>
  rule.finding(
    `${verb} is not the first statement of its batch: the server refuses it, and takes all that follows for its body`,
    'Put a line with GO before it, and one behind it.',
  );
