BEGIN;

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, 
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 3f2a9c41d7be

CREATE TABLE user_preferences (
    user_id UUID NOT NULL, 
    theme TEXT DEFAULT 'light' NOT NULL, 
    language TEXT DEFAULT 'en' NOT NULL, 
    timezone TEXT DEFAULT 'UTC' NOT NULL, 
    notifications JSONB DEFAULT '{"email": true}' NOT NULL, 
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
    PRIMARY KEY (user_id), 
    FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_user_preferences_language ON user_preferences (language);

INSERT INTO user_preferences (user_id) SELECT id FROM users ON CONFLICT DO NOTHING;

INSERT INTO alembic_version (version_num) VALUES ('3f2a9c41d7be') RETURNING alembic_version.version_num;

COMMIT;

