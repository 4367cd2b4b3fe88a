import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['ALTER TABLE orders RENAME TO orders_old; ALTER TABLE v2_orders RENAME TO orders'],
  passes: [
    'ALTER TABLE orders RENAME TO orders_old',
    'ALTER TABLE v2_orders RENAME TO orders; ALTER TABLE a RENAME TO b',
  ],
};
