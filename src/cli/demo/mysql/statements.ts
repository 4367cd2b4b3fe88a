import type { Statements } from '../dialect.ts';

/** The session keeps what an update has written; `LAST_INSERT_ID(value)` would be lost where a trigger fires. */
const nextRevision = `revision = (@revision := revision + 1)`;

export const mysqlStatements: Statements = {
  insertUser: (version, { email, name, verified }) =>
    version === 'old'
      ? {
          does: 'insert',
          sql: 'INSERT INTO users (email, name, email_confirmation_token) VALUES (?, ?, ?)',
          values: [email, name, verified ? null : `token of ${email}`],
        }
      : {
          does: 'insert',
          sql: 'INSERT INTO users (email, name, email_verified) VALUES (?, ?, ?)',
          values: [email, name, verified],
        },
  updateUser: (version, id, name, verified) =>
    version === 'old'
      ? {
          does: 'update',
          sql: `UPDATE users SET name = ?, ${nextRevision} WHERE id = ?`,
          values: [name, id],
        }
      : {
          does: 'update',
          sql: `UPDATE users SET name = ?, email_verified = email_verified OR ?, ${nextRevision} WHERE id = ?`,
          values: [name, verified, id],
        },
  deleteUser: (id) => ({ does: 'delete', sql: 'DELETE FROM users WHERE id = ?', values: [id] }),
  insertOrder: (order) => ({
    does: 'insert',
    sql: 'INSERT INTO orders (id, user_id, amount, currency, reference) VALUES (?, ?, ? / 100, ?, ?)',
    values: [order.id, order.user, order.cents, order.currency, order.reference],
  }),
  updateOrder: (id, reference) => ({
    does: 'update',
    sql: `UPDATE orders SET reference = ?, ${nextRevision} WHERE id = ?`,
    values: [reference, id],
  }),
};
