import pg from 'pg';
import type { DemoSize, UserKey } from '../data.ts';
import type { Login } from '../dialect.ts';

/** First the rows, then the indexes, so that a million users take seconds. */
export async function loadPostgres(login: Login, size: DemoSize, userKey: UserKey = 'bigint'): Promise<void> {
  const client = new pg.Client({ ...login });
  await client.connect();
  try {
    for (const [sql, values] of statements(size, userKey)) await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}

type Command = readonly [sql: string, values: readonly number[]];

const statements = ({ users, orders }: DemoSize, userKey: UserKey): readonly Command[] => [
  [`SET maintenance_work_mem = '256MB'`, []],
  [createUsers(userKey), []],
  [fillUsers, [users]],
  ['ALTER TABLE users ADD PRIMARY KEY (id), ADD CONSTRAINT users_email_key UNIQUE (email)', []],
  [`SELECT setval(pg_get_serial_sequence('users', 'id'), $1)`, [users]],
  [createOrders(userKey), []],
  [fillOrders, [orders]],
  ['ALTER TABLE orders ADD PRIMARY KEY (id)', []],
  ['CREATE INDEX orders_user_id_idx ON orders (user_id)', []],
  [
    `ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey
       FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE`,
    [],
  ],
  // Also marks the pages all-visible: the first scans of the demo should not pay for the loading.
  ['VACUUM (ANALYZE) users, orders', []],
];

const createUsers = (key: UserKey): string => `CREATE TABLE users (
  id ${key} GENERATED ALWAYS AS IDENTITY,
  email text NOT NULL,
  name text,
  email_confirmation_token text,
  created_at timestamptz NOT NULL DEFAULT now(),
  revision bigint NOT NULL DEFAULT 0
)`;

/** Six in ten have confirmed their address: no token is left. */
const fillUsers = `INSERT INTO users (id, email, name, email_confirmation_token, created_at)
  OVERRIDING SYSTEM VALUE
  SELECT i, 'user' || i || '@example.com', 'User ' || i,
         CASE WHEN i * 7 % 10 < 6 THEN NULL ELSE md5('token ' || i) END,
         now() - i * interval '1 second'
  FROM generate_series(1, $1::bigint) AS i`;

const createOrders = (userKey: UserKey): string => `CREATE TABLE orders (
  id uuid NOT NULL,
  user_id ${userKey} NOT NULL,
  amount numeric(12, 2) NOT NULL,
  currency text NOT NULL,
  note text,
  reference text,
  created_at timestamptz NOT NULL DEFAULT now(),
  revision bigint NOT NULL DEFAULT 0
)`;

/** One in a hundred is a refund, with a negative amount; one in a hundred is in a currency few think of. */
const fillOrders = `INSERT INTO orders (id, user_id, amount, currency, note, created_at)
  SELECT md5('order ' || i)::uuid, i * 4,
         (CASE WHEN i % 100 = 50 THEN -1 ELSE 1 END) * (i % 90000 + 100) / 100.0,
         CASE WHEN i % 100 = 0 THEN 'CHF' ELSE (ARRAY['EUR', 'USD', 'GBP'])[1 + i % 3] END,
         'note of order ' || i,
         now() - i * interval '3 seconds'
  FROM generate_series(1, $1::bigint) AS i`;
