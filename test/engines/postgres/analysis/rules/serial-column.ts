import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE t (id bigserial PRIMARY KEY)', 'ALTER TABLE users ADD COLUMN a serial'],
  passes: ['CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)'],
};
