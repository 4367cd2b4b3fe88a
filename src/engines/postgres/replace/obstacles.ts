import { quoteTable } from '../quote.ts';
import type { Session } from '../session/session.ts';

/**
 * What stands on or beside a table that a replacement does not carry, in words: it is refused before anything is
 * done, and so is whatever depends on the table and is not known.
 */
export async function readObstacles(session: Session, table: string): Promise<readonly string[]> {
  const rows = await session.read<{ reason: string }>(obstaclesQuery, [quoteTable(table)]);
  return rows.map(({ reason }) => reason);
}

const obstaclesQuery = `
WITH live AS (
  SELECT c.*, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::regclass
)
SELECT reason FROM live, LATERAL (
  SELECT 'it is partitioned, and its partitions would each have to be carried' WHERE relkind = 'p'
  UNION ALL SELECT 'it is a partition of another table' WHERE relispartition
  UNION ALL SELECT 'it inherits from other tables, or they from it' WHERE NOT relispartition AND relkind <> 'p' AND EXISTS (
    SELECT FROM pg_inherits i WHERE live.oid IN (i.inhrelid, i.inhparent))
  UNION ALL SELECT 'it is temporary' WHERE relpersistence = 't'
  UNION ALL SELECT 'it is not logged' WHERE relpersistence = 'u'
  UNION ALL SELECT 'it has the shape of a type (CREATE TABLE … OF)' WHERE reloftype <> 0
  UNION ALL SELECT 'its rows are kept by access method ' || (SELECT amname FROM pg_am a WHERE a.oid = relam)
    WHERE relkind = 'r' AND relam <> (SELECT a.oid FROM pg_am a WHERE a.amname = 'heap')
  UNION ALL SELECT 'it lies in a tablespace of its own' WHERE reltablespace <> 0
  UNION ALL SELECT 'row security decides who sees its rows' WHERE relrowsecurity OR relforcerowsecurity
    OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = live.oid)
  UNION ALL SELECT 'its trigger ' || t.tgname || ' would have to be moved in the moment of the swap'
    FROM pg_trigger t WHERE t.tgrelid = live.oid AND NOT t.tgisinternal
  UNION ALL SELECT 'its rule ' || r.rulename || ' rewrites statements'
    FROM pg_rewrite r WHERE r.ev_class = live.oid AND r.rulename <> '_RETURN'
  UNION ALL SELECT 'publication ' || p.pubname || ' sends its rows to subscribers, which know no new table'
    FROM pg_publication_tables p WHERE p.schemaname = live.nspname AND p.tablename = live.relname
  UNION ALL SELECT 'a subscription writes its rows, for which no trigger of a statement fires'
    WHERE EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = live.oid)
  UNION ALL SELECT 'its replica identity is not the primary key' WHERE relreplident <> 'd'
  UNION ALL SELECT 'its extended statistics ' || s.stxname || ' would be lost' FROM pg_statistic_ext s WHERE s.stxrelid = live.oid
  UNION ALL SELECT 'privileges are granted on its column ' || a.attname
    FROM pg_attribute a WHERE a.attrelid = live.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
  UNION ALL SELECT 'its foreign key ' || k.conname || ' refers to the table itself'
    FROM pg_constraint k WHERE k.conrelid = live.oid AND k.confrelid = live.oid
  UNION ALL SELECT 'its foreign key from ' || k.conrelid::regclass || ', a partition or a partitioned table, would have to be moved'
    FROM pg_constraint k JOIN pg_class child ON child.oid = k.conrelid
    WHERE k.confrelid = live.oid AND (child.relkind = 'p' OR child.relispartition)
  UNION ALL SELECT 'names that begin with lockkeeper_ are Lockkeeper''s own' WHERE relname LIKE 'lockkeeper\\_%'
  UNION ALL SELECT 'the user may not create schemas in this database'
    WHERE NOT has_database_privilege(current_database(), 'CREATE')
  UNION ALL SELECT pg_describe_object(d.classid, d.objid, d.objsubid) || ' depends on it'
    FROM (
      SELECT DISTINCT d.classid, d.objid, 0 AS objsubid FROM pg_depend d
      WHERE d.deptype <> 'i' AND (
        d.refclassid = 'pg_class'::regclass AND d.refobjid = live.oid
        OR d.refclassid = 'pg_type'::regclass AND d.refobjid = live.reltype
        OR d.refclassid = 'pg_type'::regclass AND d.refobjid = (SELECT typarray FROM pg_type t WHERE t.oid = live.reltype))
    ) d
    WHERE CASE d.classid
      WHEN 'pg_class'::regclass THEN NOT EXISTS (
        SELECT FROM pg_class o WHERE o.oid = d.objid AND (o.relkind IN ('S', 't')
          OR EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = o.oid AND i.indrelid = live.oid)))
      WHEN 'pg_constraint'::regclass THEN NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.oid = d.objid AND live.oid IN (k.conrelid, k.confrelid))
      WHEN 'pg_attrdef'::regclass THEN NOT EXISTS (
        SELECT FROM pg_attrdef f WHERE f.oid = d.objid AND f.adrelid = live.oid)
      WHEN 'pg_rewrite'::regclass THEN NOT EXISTS (
        SELECT FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class
        WHERE r.oid = d.objid AND (v.relkind = 'v' AND r.rulename = '_RETURN' OR r.ev_class = live.oid))
      WHEN 'pg_trigger'::regclass THEN NOT EXISTS (
        SELECT FROM pg_trigger t WHERE t.oid = d.objid AND t.tgrelid = live.oid)
      -- Told of above.
      ELSE d.classid NOT IN ('pg_policy'::regclass, 'pg_publication_rel'::regclass, 'pg_statistic_ext'::regclass)
    END
) AS obstacles(reason)`;
