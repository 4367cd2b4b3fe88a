CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE,
  email_confirmation_token text,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- A third of them have not confirmed their address yet.
INSERT INTO users (email, email_confirmation_token)
SELECT 'user' || n || '@example.com', CASE WHEN n % 3 = 0 THEN md5(n::text) END
FROM generate_series(1, 3000) AS n;

ANALYZE users;
