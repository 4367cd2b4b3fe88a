import type { Statements } from '../dialect.ts';

export const postgresStatements: Statements = {
  insertUser: (version, { email, name, verified }) =>
    version === 'old'
      ? {
          does: 'insert',
          sql: 'INSERT INTO users (email, name, email_confirmation_token) VALUES ($1, $2, $3) RETURNING id, revision',
          values: [email, name, verified ? null : `token of ${email}`],
        }
      : {
          does: 'insert',
          sql: 'INSERT INTO users (email, name, email_verified) VALUES ($1, $2, $3) RETURNING id, revision',
          values: [email, name, verified],
        },
  updateUser: (version, id, name, verified) =>
    version === 'old'
      ? {
          does: 'update',
          sql: 'UPDATE users SET name = $2, revision = revision + 1 WHERE id = $1 RETURNING revision',
          values: [id, name],
        }
      : {
          does: 'update',
          sql: `UPDATE users SET name = $2, email_verified = email_verified OR $3, revision = revision + 1
                WHERE id = $1 RETURNING revision`,
          values: [id, name, verified],
        },
  deleteUser: (id) => ({
    does: 'delete',
    sql: 'DELETE FROM users WHERE id = $1 RETURNING revision',
    values: [id],
  }),
  insertOrder: (order) => ({
    does: 'insert',
    sql: `INSERT INTO orders (id, user_id, amount, currency, reference)
          VALUES ($1, $2, $3::bigint / 100.0, $4, $5) RETURNING revision`,
    values: [order.id, order.user, order.cents, order.currency, order.reference],
  }),
  updateOrder: (id, reference) => ({
    does: 'update',
    sql: 'UPDATE orders SET reference = $2, revision = revision + 1 WHERE id = $1 RETURNING revision',
    values: [id, reference],
  }),
};
