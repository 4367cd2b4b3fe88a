-- After the contract the old table is gone: what it was is made again of what there is, by changes of the catalogue.
ALTER TABLE orders RENAME COLUMN total_amount TO amount;
ALTER TABLE orders RENAME COLUMN status TO state;
ALTER TABLE orders RENAME COLUMN created_at TO placed_at;
ALTER TABLE orders ALTER COLUMN amount TYPE numeric;
ALTER TABLE orders ALTER COLUMN amount DROP NOT NULL, ALTER COLUMN state DROP NOT NULL,
  ALTER COLUMN placed_at DROP DEFAULT,
  DROP CONSTRAINT orders_amount, DROP CONSTRAINT orders_status, DROP COLUMN metadata;
DROP INDEX orders_customer, orders_status_created;
