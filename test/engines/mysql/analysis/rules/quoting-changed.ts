import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["SET sql_mode = 'ANSI_QUOTES'", "SET sql_mode = 'NO_BACKSLASH_ESCAPES'"],
  passes: ["SET sql_mode = 'TRADITIONAL'"],
};
