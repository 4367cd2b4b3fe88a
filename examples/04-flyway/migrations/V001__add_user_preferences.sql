BEGIN;

CREATE TABLE user_preferences (
  user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  theme text NOT NULL DEFAULT 'light',
  language text NOT NULL DEFAULT 'en',
  timezone text NOT NULL DEFAULT 'UTC',
  notifications jsonb NOT NULL DEFAULT '{"email": true}',
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_user_preferences_language ON user_preferences (language);

INSERT INTO user_preferences (user_id)
SELECT id FROM users
ON CONFLICT DO NOTHING;

COMMIT;
