CREATE TABLE invoices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  total numeric(12, 2) NOT NULL
);
INSERT INTO invoices (total) SELECT n FROM generate_series(1, 1000) AS n;

ANALYZE invoices;
