import type { RuleTable } from '../../../rule-table.ts';
import { enterprise, enterprise2017 } from './table.ts';

export const table: RuleTable = {
  finds: [],
  passes: [],
  known: [
    { sql: 'CREATE INDEX i ON dbo.users (a)', facts: enterprise2017, severity: 'note' },
    { sql: 'CREATE INDEX i ON dbo.users (a)', facts: enterprise, severity: null },
  ],
};
