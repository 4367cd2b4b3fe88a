import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'MERGE INTO dbo.users AS u USING dbo.v ON u.id = v.id WHEN NOT MATCHED THEN INSERT (id) VALUES (v.id);',
  ],
  passes: [
    'MERGE INTO dbo.users WITH (HOLDLOCK) AS u USING dbo.v ON u.id = v.id WHEN NOT MATCHED THEN INSERT (id) VALUES (v.id);',
  ],
};
