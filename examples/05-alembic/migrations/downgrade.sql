BEGIN;

-- Running downgrade 3f2a9c41d7be -> 

DROP TABLE user_preferences;

DELETE FROM alembic_version WHERE alembic_version.version_num = '3f2a9c41d7be';

COMMIT;

