import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET QUOTED_IDENTIFIER OFF', 'SET ANSI_NULLS OFF'],
  passes: ['SET QUOTED_IDENTIFIER ON'],
};
