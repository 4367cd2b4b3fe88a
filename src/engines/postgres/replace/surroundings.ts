import { quoteTable } from '../quote.ts';
import type { Session } from '../session/session.ts';

/** A foreign key of another table that refers to the one to be replaced. */
export interface Referrer {
  /** Quoted and qualified. */
  readonly table: string;
  readonly name: string;
  /** With the table it refers to by its qualified name, NOT VALID left out. */
  readonly definition: string;
  readonly columns: readonly string[];
  readonly validated: boolean;
  /** The user may change its table. */
  readonly owned: boolean;
}

/** A view over the table; text and options as they can be given again. */
export interface View {
  readonly name: string;
  readonly definition: string;
  readonly options: string | null;
  readonly columns: readonly string[];
  /** The user may change it. */
  readonly owned: boolean;
}

/** What belongs to a table besides its rows and columns, as statements, with `%TABLE%` for its name. */
export interface Surroundings {
  readonly referrers: readonly Referrer[];
  readonly views: readonly View[];
  readonly owner: string | null;
  /** Its keys and indexes. */
  readonly belongings: readonly string[];
  readonly foreignKeys: readonly string[];
  /** Tables that its foreign keys refer to. */
  readonly refersTo: readonly string[];
  readonly grants: readonly string[];
  readonly comments: readonly string[];
  /** What tunes the table, its columns and the indexes of its keys. */
  readonly tuning: readonly string[];
}

/** Stands for the table in statements, quoted and qualified. */
export const tableHere = '%TABLE%';
/** Stands for its schema, quoted. */
export const schemaHere = '%SCHEMA%';

/** With an empty search path, so that every name is qualified. */
export async function readSurroundings(session: Session, table: string): Promise<Surroundings> {
  const [row] = await session.read<{ found: string }>(surroundingsQuery, [quoteTable(table)]);
  return JSON.parse(row?.found ?? '{}') as Surroundings;
}

const list = (value: string, from: string, order: string): string =>
  `(SELECT coalesce(json_agg(${value} ORDER BY ${order}), '[]') FROM ${from})`;

const qualified = "quote_ident(n.nspname) || '.' || quote_ident(r.relname)";

const surroundingsQuery = `
SELECT json_build_object(
  'owner', CASE WHEN pg_get_userbyid(t.relowner) <> current_user THEN quote_ident(pg_get_userbyid(t.relowner)) END,
  'tuning', ${list(
    'x.text',
    `(
       SELECT 'ALTER TABLE ${tableHere} SET (' || array_to_string(t.reloptions, ', ') || ')' WHERE t.reloptions IS NOT NULL
       UNION ALL SELECT 'ALTER TABLE ${tableHere} SET (' || (SELECT string_agg('toast.' || o, ', ') FROM unnest(s.reloptions) o) || ')'
         FROM pg_class s WHERE s.oid = t.reltoastrelid AND s.reloptions IS NOT NULL
       UNION ALL SELECT 'ALTER TABLE ${tableHere} ALTER COLUMN ' || quote_ident(a.attname) || ' SET STATISTICS ' || a.attstattarget
         FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget >= 0
       UNION ALL SELECT 'ALTER TABLE ${tableHere} ALTER COLUMN ' || quote_ident(a.attname) || ' SET (' || array_to_string(a.attoptions, ', ') || ')'
         FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attoptions IS NOT NULL
       UNION ALL SELECT 'ALTER INDEX ${schemaHere}.' || quote_ident(o.relname) || ' SET (' || array_to_string(o.reloptions, ', ') || ')'
         FROM pg_constraint k JOIN pg_class o ON o.oid = k.conindid
         WHERE k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x') AND o.reloptions IS NOT NULL
       UNION ALL SELECT 'ALTER TABLE ${tableHere} CLUSTER ON ' || quote_ident(o.relname)
         FROM pg_index i JOIN pg_class o ON o.oid = i.indexrelid WHERE i.indrelid = t.oid AND i.indisclustered
     ) x(text)`,
    'x.text',
  )},
  'referrers', ${list(
    `json_build_object('table', ${qualified}, 'name', k.conname, 'validated', k.convalidated,
       'owned', pg_has_role(r.relowner, 'USAGE'),
       'definition', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''),
       'columns', (SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(k.confkey) WITH ORDINALITY u(attnum, place)
                   JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.attnum))`,
    `pg_constraint k JOIN pg_class r ON r.oid = k.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
     WHERE k.confrelid = t.oid AND k.contype = 'f' AND k.conparentid = 0`,
    'k.conname',
  )},
  'views', ${list(
    `json_build_object('name', ${qualified}, 'owned', pg_has_role(r.relowner, 'USAGE'), 'definition', pg_get_viewdef(r.oid),
       'options', array_to_string(r.reloptions, ', '),
       'columns', (SELECT json_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
                   FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped))`,
    `pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace WHERE r.relkind = 'v' AND EXISTS (
       SELECT FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
       WHERE w.ev_class = r.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid)`,
    'r.oid',
  )},
  'belongings', ${list(
    // The definition of an index names it and the table, both as written here, before it says more.
    `CASE WHEN k.oid IS NULL
       THEN 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(o.relname)
         || ' ON ${tableHere}' || substr(pg_get_indexdef(i.indexrelid), 1 + length(
           'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(o.relname)
           || ' ON ' || quote_ident(tn.nspname) || '.' || quote_ident(t.relname)))
       ELSE 'ALTER TABLE ${tableHere} ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) END`,
    `pg_index i JOIN pg_class o ON o.oid = i.indexrelid
     LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
     WHERE i.indrelid = t.oid AND i.indisvalid`,
    'i.indexrelid',
  )},
  'foreignKeys', ${list(
    `'ALTER TABLE ${tableHere} ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)`,
    `pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f' AND k.conparentid = 0`,
    'k.conname',
  )},
  'refersTo', ${list(
    'DISTINCT k.confrelid::regclass::text',
    `pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f'`,
    'k.confrelid::regclass::text',
  )},
  'grants', ${list(
    `'GRANT ' || g.privilege_type || ' ON ${tableHere} TO '
       || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END
       || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`,
    `aclexplode(t.relacl) g WHERE g.grantee <> t.relowner`,
    'g.grantee, g.privilege_type',
  )},
  'comments', ${list(
    `CASE WHEN d.objoid = t.oid THEN 'COMMENT ON TABLE ${tableHere}' ELSE
       'COMMENT ON INDEX ${schemaHere}.' || (SELECT quote_ident(o.relname) FROM pg_class o WHERE o.oid = d.objoid)
     END || ' IS ' || quote_literal(d.description)`,
    `pg_description d WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0
       AND (d.objoid = t.oid OR d.objoid IN (SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = t.oid))`,
    'd.objoid',
  )}
)::text AS found
FROM pg_class t JOIN pg_namespace tn ON tn.oid = t.relnamespace WHERE t.oid = $1::regclass`;
