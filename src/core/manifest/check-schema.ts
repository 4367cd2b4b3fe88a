import { z } from 'zod';
import { exactlyOne, name, names, table } from './schema-parts.ts';

const rowCount = z
  .strictObject({
    table,
    unchanged: z.literal(true).optional().meta({
      description: 'As many rows as before the change, allowing for the writes the server saw since.',
    }),
    equals: z.int().min(0).optional().meta({ description: 'Exactly this many rows.' }),
    at_least: z.int().min(0).optional().meta({ description: 'This many rows or more.' }),
  })
  .check(exactlyOne(['unchanged', 'equals', 'at_least'], 'one of unchanged, equals or at_least'))
  .meta({
    description: 'The number of rows in a table.',
    oneOf: [{ required: ['unchanged'] }, { required: ['equals'] }, { required: ['at_least'] }],
  });

const checkShapes = {
  no_nulls: z
    .strictObject({ table, columns: names('Columns that must not hold NULL.', ['email']) })
    .meta({ description: 'No row holds NULL in any of the columns.' }),
  unique: z
    .strictObject({ table, columns: names('Columns that must be unique together.', ['email']) })
    .meta({ description: 'No two rows are equal in all of the columns.' }),
  no_orphans: z
    .strictObject({
      table,
      columns: names('The referring columns.', ['customer_id']),
      references: z
        .strictObject({ table, columns: names('The columns referred to, in the same order.', ['id']) })
        .meta({ description: 'What the columns refer to.' }),
    })
    .refine(({ columns, references }) => columns.length === references.columns.length, {
      error: 'refers to a different number of columns',
      path: ['references', 'columns'],
      params: { expected: 'as many columns on both sides' },
    })
    .meta({ description: 'Every row finds the row it refers to. NULL refers to nothing.' }),
  row_count: rowCount,
  constraint_valid: z
    .strictObject({ table, constraint: name('The name of the constraint.', 'users_email_not_null') })
    .meta({ description: 'The constraint exists and the server vouches for every row.' }),
  sql: z
    .strictObject({
      name: name('What is checked, in a few words.', 'no order without a customer'),
      query: name('The query. It must not change anything.'),
      expect: z.union([z.string(), z.number(), z.boolean()]).meta({
        description:
          '`no_rows`: the query must find none. Anything else: the first column of its only row, compared as text.',
        examples: ['no_rows', 0],
      }),
    })
    .meta({ description: 'A query of your own.' }),
};

/** One item of `checks.before` or `checks.after`: a mapping with a single key, the kind of check. */
export const checkSchema = z
  .strictObject({
    no_nulls: checkShapes.no_nulls.optional(),
    unique: checkShapes.unique.optional(),
    no_orphans: checkShapes.no_orphans.optional(),
    row_count: checkShapes.row_count.optional(),
    constraint_valid: checkShapes.constraint_valid.optional(),
    sql: checkShapes.sql.optional(),
  })
  .check(exactlyOne(Object.keys(checkShapes), 'exactly one check for each item of the list'))
  .meta({ description: 'One check.', minProperties: 1, maxProperties: 1 });

export type CheckYaml = z.infer<typeof checkSchema>;
