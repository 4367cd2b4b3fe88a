import { z } from 'zod';
import { checkSchema } from './check-schema.ts';
import { manifestDefaults } from './defaults.ts';
import { deleteSchema } from './delete-schema.ts';
import { batch, key, pace, parallelism } from './pace-schema.ts';
import { rebuildIndexesSchema } from './rebuild-indexes-schema.ts';
import { replaceSchema } from './replace-schema.ts';
import { duration, name, sqlText, table } from './schema-parts.ts';

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
    key: key.optional(),
    batch: batch.optional(),
    parallelism: parallelism.optional(),
    pace: pace.optional(),
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
    delete: z.array(deleteSchema).min(1).optional().meta({
      description: 'Rows to delete in batches, in a migration of its own. No down script brings them back.',
    }),
    replace: replaceSchema.optional(),
    rebuild_indexes: rebuildIndexesSchema.optional(),
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
        sql: z.array(sqlText).min(1).optional().meta({
          description:
            'The statements that take away what the old code needed. Beside `replace` they may be left out.',
        }),
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
export const laterStrategies: readonly string[] = ['copy'];
