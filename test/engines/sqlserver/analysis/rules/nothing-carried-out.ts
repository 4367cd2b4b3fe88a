import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET NOEXEC ON', 'SET PARSEONLY ON', 'SET ROWCOUNT 100'],
  passes: ['SET NOCOUNT ON'],
};
