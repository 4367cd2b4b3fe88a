-- Gives the old code its column back. The tokens themselves only a restore brings back.
ALTER TABLE users ADD COLUMN IF NOT EXISTS email_confirmation_token text;

DROP INDEX CONCURRENTLY IF EXISTS idx_users_email_verified;

ALTER TABLE users DROP COLUMN IF EXISTS email_verified;
