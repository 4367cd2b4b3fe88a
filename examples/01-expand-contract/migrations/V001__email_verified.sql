-- Nullable and without a default: a default would make every row look done before the backfill has seen it.
ALTER TABLE users ADD COLUMN email_verified boolean;

CREATE INDEX CONCURRENTLY idx_users_email_verified ON users (email_verified);
