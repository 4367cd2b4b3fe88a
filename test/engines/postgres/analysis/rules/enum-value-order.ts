import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["ALTER TYPE mood ADD VALUE 'glad'"],
  passes: [
    "ALTER TYPE mood ADD VALUE 'glad' BEFORE 'sad'",
    "ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad'",
    "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
  ],
};
