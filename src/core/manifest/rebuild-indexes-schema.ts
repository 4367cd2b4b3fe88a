import { z } from 'zod';
import { name, table } from './schema-parts.ts';

/** Indexes that are in the way of a load. */
export const rebuildIndexesSchema = z
  .strictObject({
    table,
    indexes: z
      .array(name('The name of an index.'))
      .min(1)
      .optional()
      .meta({
        description:
          'The indexes that go, by name. By default all that can: those that keep rows unique or serve a constraint stay.',
        examples: [['orders_created_at_idx']],
      }),
  })
  .meta({
    description:
      'Indexes of one table to drop before what the migration does to its rows, and to build again afterwards ' +
      'without holding up writers. Their definitions stand in the ledger before the first one goes.',
  });

export type RebuildIndexesYaml = z.infer<typeof rebuildIndexesSchema>;
