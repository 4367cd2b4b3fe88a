CREATE TABLE v2_orders (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers,
  total_amount decimal(12, 2) NOT NULL CONSTRAINT v2_orders_amount CHECK (total_amount >= 0),
  status text NOT NULL CONSTRAINT v2_orders_status CHECK (length(status) <= 50),
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL
);
CREATE INDEX v2_orders_customer ON v2_orders (customer_id);
CREATE INDEX v2_orders_status_created ON v2_orders (status, created_at);

-- Which orders are known to be in the new table. The trigger below copies a row when it is marked.
ALTER TABLE orders ADD COLUMN in_v2 boolean;

-- Deletes too: a deleted order would come back with the switch.
CREATE FUNCTION orders_to_v2() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    DELETE FROM v2_orders WHERE id = OLD.id;
    RETURN OLD;
  END IF;
  INSERT INTO v2_orders AS v (id, customer_id, total_amount, status, created_at)
  VALUES (NEW.id, NEW.customer_id, NEW.amount, NEW.state, NEW.placed_at)
  ON CONFLICT (id) DO UPDATE SET customer_id = excluded.customer_id, total_amount = excluded.total_amount,
    status = excluded.status, created_at = excluded.created_at;
  RETURN NEW;
END
$$;
CREATE TRIGGER orders_to_v2 AFTER INSERT OR UPDATE OR DELETE ON orders
FOR EACH ROW EXECUTE FUNCTION orders_to_v2();
