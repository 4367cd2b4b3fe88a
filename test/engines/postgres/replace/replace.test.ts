import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from '../support.ts';
import { Replacing } from './replacing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const orders = `
CREATE TABLE customers (id int PRIMARY KEY);
INSERT INTO customers SELECT generate_series(1, 10);
CREATE TABLE orders (
  id serial PRIMARY KEY,
  customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE,
  number int NOT NULL CONSTRAINT orders_number_once UNIQUE,
  amount numeric(10,2) CHECK (amount >= 0),
  note text DEFAULT 'none',
  twice int GENERATED ALWAYS AS (number * 2) STORED
) WITH (fillfactor = 80);
COMMENT ON TABLE orders IS 'what was ordered';
COMMENT ON COLUMN orders.note IS 'by the customer';
CREATE INDEX orders_by_customer ON orders (customer_id) WHERE amount > 1;
COMMENT ON INDEX orders_by_customer IS 'for the report';
INSERT INTO orders (customer_id, number, amount) SELECT 1 + g % 10, g, g FROM generate_series(1, 500) g;
CREATE TABLE items (order_id int NOT NULL CONSTRAINT items_of_order REFERENCES orders ON DELETE CASCADE, what text);
INSERT INTO items SELECT g, 'x' FROM generate_series(1, 100) g;
CREATE VIEW big_orders WITH (security_barrier = true) AS SELECT number, amount FROM orders WHERE amount > 100;
GRANT SELECT, INSERT ON orders TO pg_monitor WITH GRANT OPTION; GRANT SELECT ON big_orders TO PUBLIC;
`;

const widened = `
table: orders
alter:
  - ALTER TABLE orders ALTER COLUMN id TYPE bigint
  - ALTER TABLE orders RENAME COLUMN note TO remark
  - ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new'
up: { remark: note, state: "CASE WHEN amount > 100 THEN 'big' ELSE 'small' END" }`;

async function ready(replace = widened) {
  const database = await server.database();
  await database.query(orders);
  return { database, replacing: await Replacing.begin(database, replace) };
}

describe('a table replaced', () => {
  it('is the new one, under its name and with all that belonged to it', async () => {
    const { database, replacing } = await ready();
    await replacing.steps('expand');
    expect(await replacing.carry('copy')).toMatchObject({ visited: 500, changed: 500 });
    expect(await replacing.carry('compare')).toMatchObject({ visited: 500, changed: 0 });
    await replacing.steps('switch');
    await database.query(`INSERT INTO orders (customer_id, number, amount) VALUES (1, 501, 501)`);
    await replacing.steps('contract');
    expect(await database.query('SELECT * FROM orders WHERE id > 499 ORDER BY id')).toMatchObject([
      { id: '500', remark: 'none', state: 'big', twice: '1000' },
      { id: '501', remark: 'none', state: 'new' },
    ]);
    const { lines } = await replacing.connected.fingerprint();
    expect(lines.filter((line) => line.includes('orders'))).toMatchSnapshot();
    expect(lines.filter((line) => line.includes('lockkeeper'))).toEqual([]);
  });
});
