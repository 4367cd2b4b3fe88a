-- Gives the old code its column back. The tokens themselves only a restore brings back.
ALTER TABLE users ADD COLUMN IF NOT EXISTS email_confirmation_token text;

-- Takes the index and the constraint along.
ALTER TABLE users DROP COLUMN IF EXISTS email_verified;
