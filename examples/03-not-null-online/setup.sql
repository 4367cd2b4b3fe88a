CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  country text NOT NULL,
  amount numeric(12, 2) NOT NULL
);
INSERT INTO orders (country, amount)
SELECT (ARRAY['DE', 'FR', 'US', 'JP'])[n % 4 + 1], n FROM generate_series(1, 4000) AS n;

ANALYZE orders;
