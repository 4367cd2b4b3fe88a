import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: ['CREATE TABLE Users (id bigint PRIMARY KEY)', 'RENAME TABLE users TO People'],
  passes: ['CREATE TABLE users (Id bigint PRIMARY KEY)'],
};
