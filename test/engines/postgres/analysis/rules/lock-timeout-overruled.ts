import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'SET lock_timeout = 0',
    "SET LOCAL lock_timeout TO '1h'",
    'RESET lock_timeout',
    "SELECT pg_catalog.set_config('Lock_Timeout', '0', true)",
    'DO $$ BEGIN SET lock_timeout = 0; END $$',
  ],
  passes: ["SET statement_timeout = '1h'"],
};
