import { z } from 'zod';
import { manifestDefaults, smallestBatch } from './defaults.ts';
import { duration, name, names } from './schema-parts.ts';

/** How a table is walked through: the words are the same wherever one is. */
export const key = z
  .union([name('A single key column.'), names('The columns of a unique NOT NULL key.', ['id'])])
  .meta({
    description:
      'The key to walk along: one column, or the columns of a unique NOT NULL key. By default the primary key.',
    examples: ['id', ['tenant_id', 'id']],
  });

export const batch = z
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
  .meta({ description: 'The size of a batch, which is one transaction.' });

export const parallelism = z.int().min(1).max(32).meta({
  description: 'How many key ranges are worked through at the same time.',
  default: manifestDefaults.parallelism,
});

export const pace = z.number().min(0.01).max(1).meta({
  description:
    'The share of the time a worker may keep the server busy; it pauses for the rest. 1 means no pauses.',
  default: manifestDefaults.pace,
});
