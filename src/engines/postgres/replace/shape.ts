import { quoteTable } from '../quote.ts';
import type { Session } from '../session/session.ts';

export interface Column {
  readonly name: string;
  /** Qualified unless built in, with its length. */
  readonly type: string;
  readonly collation: string | null;
  readonly notNull: boolean;
  /** Gets a value by itself: a default, an identity. */
  readonly filled: boolean;
  readonly generated: boolean;
  readonly alwaysIdentity: boolean;
}

/** A sequence that belongs to a column. */
export interface OwnSequence {
  readonly column: string;
  readonly sequence: string;
  readonly type: string;
  readonly identity: boolean;
}

/** What of a table decides how its rows are carried. */
export interface Shape {
  readonly columns: readonly Column[];
  /** Columns of each index that refuses rows, those of its expressions and condition included. */
  readonly uniques: readonly { readonly columns: readonly string[]; readonly plain: boolean }[];
  readonly sequences: readonly OwnSequence[];
  /** Sequences that defaults draw from, by column. */
  readonly drawsFrom: readonly { readonly column: string; readonly sequence: string }[];
}

/** With an empty search path, so that every name is qualified. */
export async function readShape(session: Session, table: string): Promise<Shape> {
  const [row] = await session.read<{ shape: string }>(shapeQuery, [quoteTable(table)]);
  return JSON.parse(row?.shape ?? '{}') as Shape;
}

const listed = (object: string, from: string, order: string): string =>
  `(SELECT coalesce(json_agg(${object} ORDER BY ${order}), '[]') FROM ${from})`;

const shapeQuery = `
SELECT json_build_object(
  'columns', ${listed(
    `json_build_object(
       'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
       'collation', (SELECT l.oid::regcollation::text FROM pg_collation l WHERE l.oid = a.attcollation),
       'filled', a.atthasdef AND a.attgenerated = '' OR a.attidentity <> '', 'generated', a.attgenerated <> '',
       'alwaysIdentity', a.attidentity = 'a')`,
    'pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped',
    'a.attnum',
  )},
  'uniques', ${listed(
    `json_build_object(
       'plain', i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indimmediate,
       'columns', (SELECT json_agg(a.attname) FROM pg_attribute a
                   WHERE a.attrelid = i.indrelid AND a.attnum > 0 AND (
                     a.attnum = ANY ((string_to_array(i.indkey::text, ' ')::int2[])[1:i.indnkeyatts])
                     OR EXISTS (SELECT FROM pg_depend d
                       WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                         AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum
                         AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)))))`,
    'pg_index i WHERE i.indrelid = t.oid AND (i.indisunique OR i.indisexclusion)',
    'i.indexrelid',
  )},
  'sequences', ${listed(
    `json_build_object('column', a.attname, 'sequence', s.oid::regclass::text, 'identity', d.deptype = 'i',
       'type', format_type((SELECT q.seqtypid FROM pg_sequence q WHERE q.seqrelid = s.oid), NULL))`,
    `pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
     JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
       AND d.deptype IN ('a', 'i')`,
    'a.attnum',
  )},
  'drawsFrom', ${listed(
    `json_build_object('column', a.attname, 'sequence', s.oid::regclass::text)`,
    `pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
     JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
     JOIN pg_class s ON s.oid = d.refobjid AND s.relkind = 'S' WHERE f.adrelid = t.oid`,
    'a.attnum',
  )}
)::text AS shape
FROM (SELECT $1::regclass::oid AS oid) t`;
