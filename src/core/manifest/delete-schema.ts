import { z } from 'zod';
import { batch, key, pace, parallelism } from './pace-schema.ts';
import { name, table } from './schema-parts.ts';

/** Rows that are no longer wanted. */
export const deleteSchema = z
  .strictObject({
    table,
    where: name(
      'SQL condition for the rows that go. Rows for which it is not true stay.',
      "created_at < timestamptz '2024-01-01'",
    ),
    reason: name(
      'Why they may go, for whoever is asked to agree and for whoever looks for them later.',
      'kept for two years',
    ),
    key: key.optional(),
    batch: batch.optional(),
    parallelism: parallelism.optional(),
    pace: pace.optional(),
  })
  .meta({ description: 'Rows of one table to delete in batches while the application keeps running.' });

export type DeleteYaml = z.infer<typeof deleteSchema>;
