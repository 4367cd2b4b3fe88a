import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'INSERT IGNORE INTO users (a) VALUES (1)',
    'UPDATE LOW_PRIORITY IGNORE users SET a = 1 WHERE id = 1',
  ],
  passes: [
    'INSERT INTO users (a) VALUES (1) ON DUPLICATE KEY UPDATE id = id',
    'INSERT INTO `ignore` VALUES (1)',
  ],
};
