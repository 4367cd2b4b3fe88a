DROP INDEX CONCURRENTLY invoices_by_currency;
ALTER TABLE invoices DROP CONSTRAINT invoices_currency;
