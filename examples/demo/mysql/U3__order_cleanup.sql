-- Brings the column back, but not what was in it: Lockkeeper does not take this for a way back.
ALTER TABLE orders MODIFY COLUMN reference varchar(255);
ALTER TABLE orders ADD COLUMN note varchar(255) AFTER currency;
