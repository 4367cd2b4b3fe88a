ALTER TABLE invoices ADD CONSTRAINT invoices_currency FOREIGN KEY (currency) REFERENCES currencies NOT VALID;
CREATE INDEX CONCURRENTLY invoices_by_currency ON invoices (currency);
