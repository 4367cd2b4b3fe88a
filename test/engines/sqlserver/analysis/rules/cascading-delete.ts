import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES dbo.p (id) ON DELETE CASCADE',
    'CREATE TABLE dbo.t (id int PRIMARY KEY, p int REFERENCES dbo.p (id) ON DELETE CASCADE)',
  ],
  passes: [
    'ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES dbo.p (id)',
    'ALTER TABLE dbo.users ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES dbo.p (id) ON UPDATE CASCADE ON DELETE SET NULL',
  ],
};
