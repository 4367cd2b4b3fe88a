-- Gives the old code its column back. The tokens themselves only a restore brings back.
ALTER TABLE users ADD COLUMN email_confirmation_token varchar(255) AFTER name;

DROP INDEX idx_users_email_verified ON users;

ALTER TABLE users DROP COLUMN email_verified;
