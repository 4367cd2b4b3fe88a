import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE OR REPLACE VIEW adults AS SELECT 1 AS a',
    'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
  ],
  passes: ['CREATE VIEW adults AS SELECT 1 AS a'],
};
