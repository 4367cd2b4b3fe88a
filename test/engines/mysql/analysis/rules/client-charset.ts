import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['SET NAMES utf8', 'SET character_set_client = latin1'],
  passes: ['SET @charset = 1'],
};
