import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET session_replication_role = replica', "SET LOCAL session_replication_role TO 'replica'"],
  passes: ['SET session_replication_role = origin', 'SET search_path = app'],
};
