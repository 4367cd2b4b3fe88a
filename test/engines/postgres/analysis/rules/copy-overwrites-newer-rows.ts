import type { RuleTable } from '../../../rule-table.ts';

export const table: RuleTable = {
  finds: [
    'CREATE TRIGGER keep AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep(); INSERT INTO v2_orders SELECT id, amount FROM orders ON CONFLICT (id) DO UPDATE SET amount = excluded.amount',
  ],
  passes: [
    'CREATE TRIGGER keep AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep(); INSERT INTO v2_orders SELECT id, amount FROM orders ON CONFLICT DO NOTHING',
    'INSERT INTO v2_orders SELECT id, amount FROM orders ON CONFLICT (id) DO UPDATE SET amount = excluded.amount',
  ],
};
