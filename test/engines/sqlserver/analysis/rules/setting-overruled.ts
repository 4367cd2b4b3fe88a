import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET LOCK_TIMEOUT 100', 'SET XACT_ABORT OFF', 'SET IMPLICIT_TRANSACTIONS ON'],
  passes: ['SET XACT_ABORT ON', 'SET NOCOUNT ON'],
};
