import mysql from 'mysql2/promise';
import { currencies, type DemoSize, type UserKey } from '../data.ts';
import type { Login } from '../dialect.ts';

/** Rows of one INSERT: each is a transaction, and a large one would hold up the binary log. */
const rowsAtOnce = 100_000;

/** First the rows, in the order of the primary key, then the other indexes. */
export async function loadMysql(login: Login, size: DemoSize, userKey: UserKey = 'bigint'): Promise<void> {
  const connection = await mysql.createConnection({ ...login });
  try {
    await connection.query(createUsers(userKey));
    await fill(connection, fillUsers, size.users);
    await connection.query('ALTER TABLE users ADD UNIQUE INDEX users_email_key (email)');
    await connection.query(createOrders(userKey));
    await fill(connection, fillOrders, size.orders);
    await connection.query('ALTER TABLE orders ADD INDEX orders_user_id_idx (user_id)');
    // Every order's user is there: without the check the server need not copy the table.
    await connection.query('SET SESSION foreign_key_checks = 0');
    await connection.query(
      `ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey
         FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE`,
    );
    await connection.query('ANALYZE TABLE users, orders');
  } finally {
    await connection.end();
  }
}

async function fill(connection: mysql.Connection, sql: string, rows: number): Promise<void> {
  for (let before = 0; before < rows; before += rowsAtOnce) {
    await connection.query(sql, [before, Math.min(rowsAtOnce, rows - before)]);
  }
}

const digit = `(SELECT 0 AS d ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((d) => `UNION ALL SELECT ${d}`).join(' ')})`;

/** The numbers from the first parameter on, not included, as many as the second says, up to 100,000. */
const numbers = `(SELECT ? + 1 + n AS i
  FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n
        FROM ${digit} a, ${digit} b, ${digit} c, ${digit} e, ${digit} f) AS counted
  WHERE n < ?) AS numbers`;

const createUsers = (key: UserKey): string => `CREATE TABLE users (
  id ${key} NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email varchar(255) NOT NULL,
  name varchar(255),
  email_confirmation_token varchar(255),
  created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  revision bigint NOT NULL DEFAULT 0
) DEFAULT CHARSET = utf8mb4`;

/** Six in ten have confirmed their address: no token is left. */
const fillUsers = `INSERT INTO users (id, email, name, email_confirmation_token, created_at)
  SELECT i, CONCAT('user', i, '@example.com'), CONCAT('User ', i),
         CASE WHEN i * 7 % 10 < 6 THEN NULL ELSE MD5(CONCAT('token ', i)) END,
         NOW(6) - INTERVAL i SECOND
  FROM ${numbers} ORDER BY i`;

const createOrders = (userKey: UserKey): string => `CREATE TABLE orders (
  id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id ${userKey} NOT NULL,
  amount decimal(12, 2) NOT NULL,
  currency varchar(3) NOT NULL,
  note varchar(255),
  reference varchar(255),
  created_at datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  revision bigint NOT NULL DEFAULT 0
) DEFAULT CHARSET = utf8mb4`;

/** An MD5 with the hyphens of a UUID, as `orderKey` writes it. */
const key = [9, 14, 19, 24].reduce(
  (text, at) => `INSERT(${text}, ${at}, 0, '-')`,
  "MD5(CONCAT('order ', i))",
);

/** One in a hundred is a refund, with a negative amount; one in a hundred is in a currency few think of. */
const fillOrders = `INSERT INTO orders (id, user_id, amount, currency, note, created_at)
  SELECT ${key}, i * 4,
         (CASE WHEN i % 100 = 50 THEN -1 ELSE 1 END) * (i % 90000 + 100) / 100,
         CASE WHEN i % 100 = 0 THEN 'CHF' ELSE ELT(1 + i % 3, ${currencies.map((name) => `'${name}'`).join(', ')}) END,
         CONCAT('note of order ', i),
         NOW(6) - INTERVAL i * 3 SECOND
  FROM ${numbers} ORDER BY 1`;
