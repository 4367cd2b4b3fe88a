import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ["ALTER TYPE mood ADD VALUE 'glad'", "ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad'"],
  passes: ["CREATE TYPE mood AS ENUM ('sad')"],
};
