-- Brings the column back, but not what was in it: Lockkeeper does not take this for a way back.
ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_amount_not_negative;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;
