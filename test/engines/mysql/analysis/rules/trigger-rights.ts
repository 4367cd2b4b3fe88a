import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET NEW.a = 1',
    'CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1',
  ],
  passes: ['CREATE PROCEDURE p() SELECT 1'],
};
