DROP TABLE currencies;
ALTER TABLE invoices DROP COLUMN currency;
