import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE',
    'CREATE TABLE t (id bigint PRIMARY KEY, u bigint, FOREIGN KEY (u) REFERENCES users (id) ON UPDATE CASCADE ON DELETE SET NULL)',
  ],
  passes: [
    'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT ON UPDATE CASCADE',
  ],
};
