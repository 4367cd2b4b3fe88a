/** The demo's application as it was before the migration of the verified e-mail address, and after. */
export type ApplicationVersion = 'old' | 'new';

export interface Command {
  readonly sql: string;
  readonly values: readonly (string | number | boolean | null)[];
}

/** The statements of one version of the application. Each is a transaction of its own. */
export interface Application {
  /** Returns `id` and `revision`. */
  insertUser(user: { readonly email: string; readonly name: string; readonly verified: boolean }): Command;
  /** Returns `revision`; `verified` is what the new version finds out on this occasion. */
  updateUser(id: string, name: string, verified: boolean): Command;
}

/**
 * The old version knows only the confirmation token, which it writes when a user registers. The new one
 * writes `email_verified` and never touches the token, so that the column can go.
 */
export const applications: Readonly<Record<ApplicationVersion, Application>> = {
  old: {
    insertUser: ({ email, name, verified }) => ({
      sql: 'INSERT INTO users (email, name, email_confirmation_token) VALUES ($1, $2, $3) RETURNING id, revision',
      values: [email, name, verified ? null : `token of ${email}`],
    }),
    updateUser: (id, name) => ({
      sql: 'UPDATE users SET name = $2, revision = revision + 1 WHERE id = $1 RETURNING revision',
      values: [id, name],
    }),
  },
  new: {
    insertUser: ({ email, name, verified }) => ({
      sql: 'INSERT INTO users (email, name, email_verified) VALUES ($1, $2, $3) RETURNING id, revision',
      values: [email, name, verified],
    }),
    updateUser: (id, name, verified) => ({
      sql: `UPDATE users SET name = $2, email_verified = email_verified OR $3, revision = revision + 1
            WHERE id = $1 RETURNING revision`,
      values: [id, name, verified],
    }),
  },
};

/** What both versions do alike. */
export const deleteUser = (id: string): Command => ({
  sql: 'DELETE FROM users WHERE id = $1 RETURNING revision',
  values: [id],
});

export const insertOrder = (order: {
  readonly id: string;
  readonly user: string;
  readonly cents: number;
  readonly currency: string;
  readonly reference: string;
}): Command => ({
  sql: `INSERT INTO orders (id, user_id, amount, currency, reference)
        VALUES ($1, $2, $3::bigint / 100.0, $4, $5) RETURNING revision`,
  values: [order.id, order.user, order.cents, order.currency, order.reference],
});

export const updateOrder = (id: string, reference: string): Command => ({
  sql: 'UPDATE orders SET reference = $2, revision = revision + 1 WHERE id = $1 RETURNING revision',
  values: [id, reference],
});

export const currencies = ['EUR', 'USD', 'GBP'] as const;
