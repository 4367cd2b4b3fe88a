/** Manifests that are accepted, by what they show. */
export const validManifests: Readonly<Record<string, string>> = {
  'expand, backfill and contract': `
summary: know whether a user's e-mail address is verified
expand:
  - ALTER TABLE users ADD COLUMN email_verified boolean
  - CREATE INDEX CONCURRENTLY idx_users_email_verified ON users (email_verified)
backfill:
  - table: users
    set: { email_verified: "email_confirmation_token IS NULL" }
    where: "email_verified IS NULL"
checks:
  before:
    - no_nulls: { table: users, columns: [email] }
    - unique: { table: users, columns: [email] }
  after:
    - row_count: { table: users, unchanged: true }
    - no_nulls: { table: users, columns: [email_verified] }
contract:
  after: deployment
  sql: [ALTER TABLE users DROP COLUMN email_confirmation_token]
rollback: { down: U042__add_email_verified.sql, policy: down-then-restore }
snapshot: always
`,
  'everything spelled out': `
summary: every key
expand:
  - |
    ALTER TABLE app.orders ADD COLUMN total numeric(12,2);
    COMMENT ON COLUMN app.orders.total IS 'net';
backfill:
  - table: app.orders
    set: { total: "amount", state: "'open'" }
    where: total IS NULL
    key: [tenant_id, id]
    batch: { target: 100ms, rows: 500, max: 20000 }
    parallelism: 4
    pace: 0.5
    keep_current: false
  - { table: app.lines, set: { total: amount }, key: id }
checks:
  before:
    - row_count: { table: app.orders, at_least: 1 }
    - no_orphans: { table: app.orders, columns: [customer_id], references: { table: app.customers, columns: [id] } }
  after:
    - row_count: { table: app.orders, equals: 1000 }
    - constraint_valid: { table: app.orders, constraint: orders_total_positive }
    - sql: { name: no negative total, query: SELECT 1 FROM app.orders WHERE total < 0, expect: no_rows }
    - sql: { name: sum, query: SELECT sum(total) FROM app.orders, expect: 1.50 }
contract:
  after: { delay: 24h }
  sql:
    - ALTER TABLE app.orders DROP COLUMN amount
rollback: { policy: down }
snapshot: auto
lock_timeout: 250ms
keep_history: true
lock_retry_for: 10m
`,
  'only a way back': 'rollback: { policy: none }',
  'a table replaced by a changed copy': `
replace:
  table: orders
  alter:
    - ALTER TABLE orders ALTER COLUMN id TYPE bigint
  key: id
  parallelism: 4
contract: { after: deployment }
`,
  'rows that go for good': `
delete:
  - table: events
    where: created_at < timestamptz '2024-01-01'
    reason: kept for two years
    key: [tenant_id, id]
    pace: 0.3
`,
  'indexes that go for a load': `
rebuild_indexes:
  table: orders
  indexes: [orders_by_day]
`,
  'a table replaced by another': `
expand: []
replace:
  table: shop.orders
  as:
    - CREATE TABLE orders (id uuid PRIMARY KEY, total_amount numeric(12,2) NOT NULL)
    - CREATE INDEX orders_total ON orders (total_amount)
  up: { total_amount: amount }
  down: { amount: total_amount }
contract: { after: approval, sql: [DROP VIEW old_orders] }
`,
  'an anchor used twice': `
expand: &statements [SELECT 1]
contract: { sql: *statements }
`,
  'a merge key': `
backfill:
  - &users { table: users, set: { a: b }, pace: 0.2 }
  - { <<: *users, table: people }
`,
};

export interface InvalidManifest {
  readonly name: string;
  readonly yaml: string;
  /** As `describeProblem` renders them, without the file name. */
  readonly problems: readonly string[];
  /** False where only Lockkeeper itself can tell, not the JSON Schema. */
  readonly schemaTells: boolean;
}

const duration = 'expected a duration such as 250ms, 5s, 40m or 24h';
const rootKeys =
  'expected one of summary, expand, backfill, delete, replace, rebuild_indexes, checks, contract, rollback, snapshot, lock_timeout, lock_retry_for, keep_history';
const backfillKeys = 'expected one of table, set, where, key, batch, parallelism, pace, keep_current';
const checkKeys = 'expected one of no_nulls, unique, no_orphans, row_count, constraint_valid, sql';
const later =
  'is not supported yet: this version knows expand, backfill, delete, replace, rebuild_indexes, checks and contract';
const mapping = 'expected a mapping of keys to values';

const refused = (
  name: string,
  yaml: string,
  problems: readonly string[],
  schemaTells = true,
): InvalidManifest => ({
  name,
  yaml,
  problems,
  schemaTells,
});

/** Manifests that are refused, with every problem in file order. */
export const invalidManifests: readonly InvalidManifest[] = [
  refused('a misspelt key', 'sumary: x', [
    `1:1: sumary: unknown key \`sumary\`; did you mean \`summary\`? (${rootKeys})`,
  ]),
  refused('a key in another spelling', 'lockTimeout: 1s', [
    `1:1: lockTimeout: unknown key \`lockTimeout\`; did you mean \`lock_timeout\`? (${rootKeys})`,
  ]),
  refused('a key unlike any', 'owner: me', [`1:1: owner: unknown key \`owner\` (${rootKeys})`]),
  refused('a list as the whole', '- expand', [`1:1: is a list (${mapping})`]),
  refused('text as the whole', 'SELECT 1', [`1:1: is text (${mapping})`]),
  refused('a strategy of a later version', 'copy: {}', [`1:1: copy: \`copy\` ${later}`]),
  refused('rows to delete without a reason', 'delete: [{ table: events, where: old }]', [
    '1:10: delete[0].reason: is missing (expected text)',
  ]),
  refused(
    'rows to delete beside other changes',
    'delete: [{ table: events, where: old, reason: r }]\nexpand: [SELECT 1]\ncontract: { sql: [SELECT 1] }',
    [
      '2:1: expand: `expand` does not go together with `delete` (expected a migration of its own for one of them)',
      '3:1: contract: `contract` does not go together with `delete` (expected a migration of its own for one of them)',
    ],
    false,
  ),
  refused('indexes of no table', 'rebuild_indexes: { indexes: [] }', [
    '1:18: rebuild_indexes.table: is missing (expected text)',
    '1:29: rebuild_indexes.indexes: is an empty list (expected at least one item)',
  ]),
  refused(
    'indexes to rebuild beside a replacement, which builds its own',
    'replace: { table: orders, alter: [SELECT 1] }\nrebuild_indexes: { table: orders }',
    [
      '2:1: rebuild_indexes: `rebuild_indexes` does not go together with `replace` (expected a migration of its own for one of them)',
    ],
    false,
  ),
  refused('a table to replace without its new shape', 'replace:\n  tabel: orders\n  up: { a: 7 }', [
    '2:3: replace.table: is missing (expected text)',
    '2:3: replace.tabel: unknown key `tabel`; did you mean `table`? (expected one of table, alter, as, up, down, key, batch, parallelism, pace)',
    '3:12: replace.up.a: is the number 7; put it in quotes if it is meant as text (expected text)',
  ]),
  refused('a new table given twice', 'replace: { table: orders, alter: [SELECT 1], as: [SELECT 1] }', [
    '1:10: replace: says more than one thing (expected one of alter or as)',
  ]),
  refused('a new table not given at all', 'replace: { table: orders }', [
    '1:10: replace: says nothing (expected one of alter or as)',
  ]),
  refused(
    'a replacement beside other changes',
    'expand: [SELECT 1]\nreplace: { table: orders, alter: [SELECT 1] }\nbackfill:\n  - table: orders\n    set: { a: b }',
    [
      '1:1: expand: `expand` does not go together with `replace` (expected a migration of its own for one of them)',
      '3:1: backfill: `backfill` does not go together with `replace` (expected a migration of its own for one of them)',
    ],
    false,
  ),
  refused('a statement without its list', 'expand: SELECT 1', ['1:9: expand: is text (expected a list)']),
  refused('a blank statement', 'expand: ["  "]', ['1:10: expand[0]: is empty (expected some text)']),
  refused('a backfill with a misspelt and a missing key', 'backfill:\n  - tabel: users\n    set: { a: b }', [
    '2:5: backfill[0].table: is missing (expected text)',
    `2:5: backfill[0].tabel: unknown key \`tabel\`; did you mean \`table\`? (${backfillKeys})`,
  ]),
  refused(
    'values that YAML does not read as text',
    'backfill:\n  - table: 7\n    set: { a: true, b: null, c: 0 }',
    [
      '2:12: backfill[0].table: is the number 7; put it in quotes if it is meant as text (expected text)',
      '3:15: backfill[0].set.a: is the truth value true; put it in quotes if it is meant as text (expected text)',
      '3:24: backfill[0].set.b: is empty or null; put it in quotes if it is meant as text (expected text)',
      '3:33: backfill[0].set.c: is the number 0; put it in quotes if it is meant as text (expected text)',
    ],
  ),
  refused('a key without its value', 'backfill:\n  - table:\n    set: { a: b }', [
    '2:5: backfill[0].table: is empty or null; put it in quotes if it is meant as text (expected text)',
  ]),
  refused('no backfill, no column', 'backfill: []', [
    '1:11: backfill: is an empty list (expected at least one item)',
  ]),
  refused('a backfill of nothing', 'backfill: [{ table: a, set: {} }]', [
    '1:29: backfill[0].set: names no column (expected at least one column with its SQL expression)',
  ]),
  refused(
    'sizes out of bounds',
    'backfill:\n  - table: a\n    set: { a: b }\n    batch: { rows: 9, max: 100001 }\n    parallelism: 0\n    pace: 0',
    [
      '4:20: backfill[0].batch.rows: 9 is too small (expected 10 or more)',
      '4:28: backfill[0].batch.max: 100001 is too large (expected 100000 or less)',
      '5:18: backfill[0].parallelism: 0 is too small (expected 1 or more)',
      '6:11: backfill[0].pace: 0 is too small (expected 0.01 or more)',
    ],
  ),
  refused(
    'a first batch above the largest',
    'backfill: [{ table: a, set: { a: b }, batch: { rows: 20, max: 10 } }]',
    [
      '1:54: backfill[0].batch.rows: starts with more rows than it may ever have (expected rows no larger than max)',
    ],
    false,
  ),
  refused('half a worker', 'backfill: [{ table: a, set: { a: b }, parallelism: 1.5 }]', [
    '1:52: backfill[0].parallelism: is the number 1.5 (expected a whole number)',
  ]),
  refused('a key column twice', 'backfill: [{ table: a, set: { a: b }, key: [id, id] }]', [
    '1:44: backfill[0].key: names a column twice (expected each column once)',
  ]),
  refused('a key of another kind', 'backfill: [{ table: a, set: { a: b }, key: 5 }]', [
    '1:44: backfill[0].key: is the number 5 (expected a value such as "id" or ["tenant_id","id"])',
  ]),
  refused('durations without a unit or with a space', 'lock_timeout: 500\nlock_retry_for: 40 m', [
    `1:15: lock_timeout: is the number 500 (${duration})`,
    `2:17: lock_retry_for: \`40 m\` is not a duration (${duration})`,
  ]),
  refused(
    'a lock timeout that would mean "for ever"',
    'lock_timeout: 0s',
    ['1:15: lock_timeout: is out of range (expected a duration between 1ms and 1m)'],
    false,
  ),
  refused(
    'two checks in one item',
    'checks:\n  after:\n    - no_nulls: { table: a, columns: [] }\n      unique: { table: a, columns: [b] }',
    [
      '3:7: checks.after[0]: says more than one thing (expected exactly one check for each item of the list)',
      '3:38: checks.after[0].no_nulls.columns: is an empty list (expected at least one item)',
    ],
  ),
  refused('an item without a check', 'checks: { before: [{}] }', [
    '1:20: checks.before[0]: says nothing (expected exactly one check for each item of the list)',
  ]),
  refused('a misspelt check', 'checks: { before: [{ no_null: { table: a, columns: [b] } }] }', [
    `1:22: checks.before[0].no_null: unknown key \`no_null\`; did you mean \`no_nulls\`? (${checkKeys})`,
  ]),
  refused('a row count that expects nothing', 'checks: { after: [{ row_count: { table: a } }] }', [
    '1:32: checks.after[0].row_count: says nothing (expected one of unchanged, equals or at_least)',
  ]),
  refused(
    'a row count that expects two things',
    'checks: { after: [{ row_count: { table: a, equals: 1, at_least: 1 } }] }',
    [
      '1:32: checks.after[0].row_count: says more than one thing (expected one of unchanged, equals or at_least)',
    ],
  ),
  refused(
    'a row count that should change',
    'checks: { after: [{ row_count: { table: a, unchanged: false } }] }',
    ['1:55: checks.after[0].row_count.unchanged: is the truth value false (expected true)'],
  ),
  refused(
    'an unchanged count before anything could change',
    'checks: { before: [{ row_count: { table: a, unchanged: true } }] }',
    [
      '1:45: checks.before[0].row_count.unchanged: before the change there is no earlier count to compare with (expected equals or at_least, or this check under `after`)',
    ],
    false,
  ),
  refused(
    'a reference of another width',
    'checks: { after: [{ no_orphans: { table: a, columns: [b], references: { table: c, columns: [d, e] } } }] }',
    [
      '1:92: checks.after[0].no_orphans.references.columns: refers to a different number of columns (expected as many columns on both sides)',
    ],
    false,
  ),
  refused(
    'an answer that no query gives',
    'checks: { after: [{ sql: { name: a, query: b, expect: [1] } }] }',
    ['1:55: checks.after[0].sql.expect: is a list (expected a value such as "no_rows" or 0)'],
  ),
  refused(
    'a contract without statements, and without a table to replace',
    'contract: { after: approval }',
    ['1:11: contract.sql: is missing (expected a list)'],
    false,
  ),
  refused('a gate that does not exist', 'contract: { after: deploiment, sql: [x] }', [
    '1:20: contract.after: `deploiment` is not one of its values; did you mean `deployment`? (expected one of approval, deployment, immediately, or a mapping with delay)',
  ]),
  refused('a delay that is none', 'contract: { after: { delay: 1 day }, sql: [x] }', [
    `1:29: contract.after.delay: \`1 day\` is not a duration (${duration})`,
  ]),
  refused('a misspelt delay', 'contract: { after: { dealy: 1h }, sql: [x] }', [
    `1:20: contract.after.delay: is missing (${duration})`,
    '1:22: contract.after.dealy: unknown key `dealy`; did you mean `delay`? (expected one of delay)',
  ]),
  refused('policies that do not exist', 'rollback: { policy: restor }\nsnapshot: no', [
    '1:21: rollback.policy: `restor` is not one of its values; did you mean `restore`? (expected one of down-then-restore, down, restore, none)',
    '2:11: snapshot: `no` is not one of its values (expected one of always, auto, never, clone)',
  ]),
  refused(
    'a restore without a restore point',
    'rollback: { policy: restore }\nsnapshot: never',
    [
      '1:21: rollback.policy: the policy is to restore, but `snapshot: never` leaves nothing to restore from (expected another policy, or a snapshot)',
    ],
    false,
  ),
];

/** Texts that are no YAML, or none that keys and values could be read from. */
export const malformedManifests: readonly { name: string; yaml: string; problems: readonly RegExp[] }[] = [
  { name: 'nothing', yaml: '', problems: [/^the manifest is empty/] },
  { name: 'only a comment', yaml: '# to do\n', problems: [/^the manifest is empty/] },
  { name: 'a tab', yaml: 'expand:\n\t- x\n', problems: [/^2:1: a tab indents this line/] },
  {
    name: 'two faults in two places',
    yaml: 'expand: [@x]\nsummary: `y`\n',
    problems: [/^1:10: not well-formed YAML/, /^2:10: not well-formed YAML/],
  },
  { name: 'an unclosed quote', yaml: 'summary: "x\n', problems: [/^\d+:\d+: not well-formed YAML: .*quote/] },
  {
    name: 'two documents',
    yaml: 'summary: a\n---\nsummary: b\n',
    problems: [/^2:1: a second document begins here/],
  },
  { name: 'an unknown tag', yaml: 'summary: !env X\n', problems: [/^1:10: not well-formed YAML: .*!env/] },
  {
    name: 'an alias without its anchor',
    yaml: 'expand: *later\n',
    problems: [/^1:9: `\*later` refers to an anchor/],
  },
  { name: 'a mapping as a key', yaml: '? { a: 1 }\n: b\n', problems: [/^1:3: a key must be a single word/] },
  { name: 'a prototype', yaml: '__proto__: { summary: x }\n', problems: [/^1:1: `__proto__` is no name/] },
  {
    name: 'aliases that multiply without end',
    yaml: [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      'b: &b [*a,*a,*a,*a,*a,*a,*a,*a]',
      'c: &c [*b,*b,*b,*b,*b,*b,*b,*b]',
      'd: [*c,*c,*c,*c,*c,*c,*c,*c]',
    ].join('\n'),
    problems: [/^the aliases cannot be followed/],
  },
  {
    name: 'a key that stands twice, the last of which counts',
    yaml: 'snapshot: auto\nsnapshot: 5\n',
    problems: [/^2:1: this key stands here for the second time/, /^2:11: snapshot: is the number 5/],
  },
  {
    name: 'keys that stand twice, beside another problem',
    yaml: 'expand: [x]\nexpand: [y]\nbackfill:\n  - table: a\n    table: b\n    set: { a: b, a: c }\nfoo: 1\n',
    problems: [
      /^2:1: this key stands here for the second time/,
      /^5:5: this key stands here for the second time/,
      /^6:18: this key stands here for the second time/,
      /^7:1: foo: unknown key/,
    ],
  },
];
