import { z } from 'zod';
import { batch, key, pace, parallelism } from './pace-schema.ts';
import { exactlyOne, name, sqlText, table } from './schema-parts.ts';

const mapping = (column: string, row: string, description: string, example: Record<string, string>) =>
  z
    .record(name(`A column of the ${column} table.`), name(`SQL expression over a row of the ${row} table.`))
    .meta({ description, examples: [example] });

/** A table that is built anew beside the one in use and takes its place. */
export const replaceSchema = z
  .strictObject({
    table,
    alter: z
      .array(sqlText)
      .min(1)
      .optional()
      .meta({
        description:
          'What is to be different: statements that are carried out on an empty copy of the table. ' +
          'They name the table without its schema.',
        examples: [['ALTER TABLE orders ALTER COLUMN id TYPE bigint']],
      }),
    as: z
      .array(sqlText)
      .min(1)
      .optional()
      .meta({
        description:
          'The new table from nothing: the CREATE TABLE under the same name, without a schema, then its indexes.',
        examples: [['CREATE TABLE orders (id uuid PRIMARY KEY, total numeric(12,2) NOT NULL)']],
      }),
    up: mapping(
      'new',
      'old',
      'What fills a column of the new table. A column that both tables have is carried as it is.',
      { total: 'amount' },
    ).optional(),
    down: mapping(
      'old',
      'new',
      'What fills a column of the old table after the swap, so that going back loses nothing. ' +
        'A column that both tables have is carried as it is.',
      { amount: 'total' },
    ).optional(),
    key: key.optional(),
    batch: batch.optional(),
    parallelism: parallelism.optional(),
    pace: pace.optional(),
  })
  .check(exactlyOne(['alter', 'as'], 'one of alter or as'))
  .meta({
    description:
      'One table to build anew beside itself, under writes: a copy kept in step by triggers, compared, swapped ' +
      'in by name, and mirrored back until the contract drops the old one.',
    oneOf: [{ required: ['alter'] }, { required: ['as'] }],
  });

export type ReplaceYaml = z.infer<typeof replaceSchema>;
