ALTER TABLE invoices ADD COLUMN currency text;

CREATE TABLE currencies (
  code text PRIMARY KEY,
  name text NOT NULL
);
INSERT INTO currencies VALUES ('EUR', 'Euro'), ('USD', 'US dollar');
