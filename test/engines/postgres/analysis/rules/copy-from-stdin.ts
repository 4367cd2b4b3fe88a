import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['COPY users FROM STDIN'],
  passes: ["COPY users FROM '/tmp/users.csv'"],
};
