import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET DATEFORMAT dmy', 'SET LANGUAGE French'],
  passes: ['SET NOCOUNT ON', 'SET QUOTED_IDENTIFIER ON'],
};
