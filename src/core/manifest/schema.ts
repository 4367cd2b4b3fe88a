import { z } from 'zod';
import { checkSchema } from './check-schema.ts';
import { duration, name, names, sqlText, table } from './schema-parts.ts';

/** What is filled in where a manifest is silent. */
export const manifestDefaults = {
  /** Long enough to amortise a commit, short enough that a waiting writer hardly notices. */
  batchTarget: '100ms',
  /** A careful start: the controller finds the right size within a few batches. */
  initialRows: 1000,
  /** Above this, locks, log volume and the loss on a failure grow while speed does not. */
  maxRows: 100_000,
  parallelism: 2,
  pace: 0.7,
  gate: 'approval',
  policy: 'down-then-restore',
  snapshot: 'always',
  lockTimeout: '500ms',
  lockRetryFor: '40m',
  keepHistory: false,
} as const;

/** Fewer rows than this a batch cost more in commits than they save in locks. */
export const smallestBatch = 10;

const backfill = z
  .strictObject({
    table,
    set: z
      .record(name('A column of the table.'), name('SQL expression over the columns of the same row.'))
      .refine((columns) => Object.keys(columns).length > 0, {
        error: 'names no column',
        params: { expected: 'at least one column with its SQL expression' },
      })
      .meta({
        description: 'The columns to fill, each with an SQL expression over the columns of the same row.',
        minProperties: 1,
        examples: [{ email_verified: 'email_confirmation_token IS NULL' }],
      }),
    where: name(
      'SQL condition for the rows still to be done. Rows for which it is not true are left alone.',
      'email_verified IS NULL',
    ).optional(),
    key: z
      .union([name('A single key column.'), names('The columns of a unique NOT NULL key.', ['id'])])
      .optional()
      .meta({
        description:
          'The key to walk along: one column, or the columns of a unique NOT NULL key. By default the primary key.',
        examples: ['id', ['tenant_id', 'id']],
      }),
    batch: z
      .strictObject({
        target: duration('10ms', '30s').optional().meta({
          description: 'How long one batch should take, times the pace; its row count is adapted to that.',
          default: manifestDefaults.batchTarget,
        }),
        rows: z.int().min(smallestBatch).max(manifestDefaults.maxRows).optional().meta({
          description: 'Rows of the first batch, before the first measurement.',
          default: manifestDefaults.initialRows,
        }),
        max: z.int().min(smallestBatch).max(manifestDefaults.maxRows).optional().meta({
          description: 'A batch never gets more rows than this.',
          default: manifestDefaults.maxRows,
        }),
      })
      .refine(({ rows, max }) => rows === undefined || max === undefined || rows <= max, {
        error: 'starts with more rows than it may ever have',
        path: ['rows'],
        params: { expected: 'rows no larger than max' },
      })
      .optional()
      .meta({ description: 'The size of a batch, which is one transaction.' }),
    parallelism: z.int().min(1).max(32).optional().meta({
      description: 'How many key ranges are worked through at the same time.',
      default: manifestDefaults.parallelism,
    }),
    pace: z.number().min(0.01).max(1).optional().meta({
      description:
        'The share of the time a worker may keep the server busy; it pauses for the rest. 1 means no pauses.',
      default: manifestDefaults.pace,
    }),
    keep_current: z
      .boolean()
      .optional()
      .meta({
        description:
          'Whether a trigger keeps rows that are written meanwhile in step, until the contract. ' +
          'By default it does when `where` is given.',
      }),
  })
  .meta({ description: 'Columns of one table to compute in batches while the application keeps running.' });

const gate = z
  .union([
    z.enum(['approval', 'deployment', 'immediately']),
    z.strictObject({
      delay: duration('1s', '365d').meta({ description: 'How long to wait.', examples: ['24h'] }),
    }),
  ])
  .optional()
  .meta({
    description:
      'What the contract waits for: `approval` by a person, word of the `deployment` of the new code, ' +
      'a `delay`, or nothing (`immediately`).',
    default: manifestDefaults.gate,
    examples: ['deployment', { delay: '24h' }],
  });

/** The YAML of a manifest, key by key. Descriptions are what an editor shows while it is written. */
export const manifestSchema = z
  .strictObject({
    summary: name('What the migration is for, in one line.').optional(),
    expand: z.array(sqlText).optional().meta({
      description:
        'The statements of the expand phase, instead of the forward SQL file. An empty list expands nothing.',
    }),
    backfill: z.array(backfill).min(1).optional().meta({
      description: 'Data to compute in batches, after the expand phase.',
    }),
    checks: z
      .strictObject({
        before: z
          .array(checkSchema)
          .optional()
          .meta({ description: 'Questions put to the database before the first change.' }),
        after: z
          .array(checkSchema)
          .optional()
          .meta({ description: 'Questions put to the database after the backfill.' }),
      })
      .optional()
      .meta({ description: 'Checks; one that fails or cannot be read stops the migration.' }),
    contract: z
      .strictObject({
        after: gate,
        sql: z
          .array(sqlText)
          .min(1)
          .meta({ description: 'The statements that take away what the old code needed.' }),
      })
      .optional()
      .meta({ description: 'What is removed once the new code is out.' }),
    rollback: z
      .strictObject({
        down: name(
          'The SQL file that undoes the migration, relative to this file; by default the one its name pairs with.',
          'U042__add_email_verified.sql',
        ).optional(),
        policy: z
          .enum(['down-then-restore', 'down', 'restore', 'none'])
          .optional()
          .meta({
            description:
              'What may be done when the migration fails: run the down file, restore the snapshot, ' +
              'the one and then the other, or nothing without a person.',
            default: manifestDefaults.policy,
          }),
      })
      .optional()
      .meta({ description: 'The way back.' }),
    snapshot: z
      .enum(['always', 'auto', 'never', 'clone'])
      .optional()
      .meta({
        description:
          'Whether a restore point is taken before the first change: `always`, `auto` (only when some step cannot be ' +
          'undone without loss) or `never`. `clone` is not supported yet: it is refused.',
        default: manifestDefaults.snapshot,
      }),
    lock_timeout: duration('1ms', '1m').optional().meta({
      description: 'How long a statement may wait for a lock before it steps back and tries again later.',
      default: manifestDefaults.lockTimeout,
    }),
    lock_retry_for: duration('0s', '7d').optional().meta({
      description: 'How long such attempts go on in all before the migration fails.',
      default: manifestDefaults.lockRetryFor,
    }),
    keep_history: z
      .boolean()
      .optional()
      .meta({
        description:
          'Whether the history of the team’s own tool is kept current as well, whoever starts the run; as ' +
          '`--keep-history` does for one.',
        default: manifestDefaults.keepHistory,
      }),
  })
  .meta({
    title: 'Lockkeeper migration manifest',
    description: 'What a migration needs beyond its SQL: backfill, checks, contract and the way back.',
  });

export type ManifestYaml = z.infer<typeof manifestSchema>;
export type BackfillYaml = NonNullable<ManifestYaml['backfill']>[number];

/** Strategies that a later version will know; a manifest that uses one is told so. */
export const laterStrategies: readonly string[] = ['replace', 'copy', 'rebuild_indexes'];
