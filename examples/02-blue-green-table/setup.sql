CREATE TABLE customers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL
);
INSERT INTO customers (name) SELECT 'Customer ' || n FROM generate_series(1, 50) AS n;

CREATE TABLE orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  customer_id uuid NOT NULL REFERENCES customers,
  amount numeric,
  state text,
  placed_at timestamptz NOT NULL
);
INSERT INTO orders (customer_id, amount, state, placed_at)
SELECT c.id, (n % 1000) / 10.0, CASE WHEN n % 4 = 0 THEN 'open' ELSE 'paid' END,
  timestamptz '2024-01-01' + n * interval '1 minute'
FROM generate_series(1, 40) AS n CROSS JOIN customers c;

ANALYZE customers, orders;
