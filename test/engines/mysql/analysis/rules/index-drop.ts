import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['DROP INDEX by_age ON users', 'ALTER TABLE users DROP KEY by_age'],
  passes: [
    'ALTER TABLE users DROP KEY by_age, ADD INDEX by_age (age, id)',
    'CREATE INDEX wider ON users (age, id); DROP INDEX by_age ON users',
    'CREATE TABLE t (id bigint PRIMARY KEY, a int, KEY k (a)); ALTER TABLE t DROP KEY k',
  ],
};
