import {
  comment,
  grants,
  listed,
  named,
  notMember,
  onlyTrue,
  own,
  type Part,
  relation,
  role,
  sorted,
  unless,
} from './part.ts';

const relationName = named('n.nspname', 'c.relname');

const stored = {
  persistence: unless(`'p'`, 'c.relpersistence::text'),
  access_method: '(SELECT am.amname FROM pg_am am WHERE am.oid = c.relam)',
  tablespace: '(SELECT ts.spcname FROM pg_tablespace ts WHERE ts.oid = c.reltablespace)',
  options: sorted('c.reloptions'),
  owner: role('c.relowner'),
  comment: comment('pg_class', 'c.oid'),
};

const tables: Part = {
  kind: 'table',
  identity: relationName,
  details: {
    ...stored,
    form: unless(`'r'`, 'c.relkind::text'),
    partition_by: `CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END`,
    partition_for: 'pg_get_expr(c.relpartbound, c.oid)',
    parents: `(SELECT jsonb_agg(${relation('i.inhparent')} ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid)`,
    of_type: `CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END`,
    row_security: onlyTrue('c.relrowsecurity'),
    row_security_forced: onlyTrue('c.relforcerowsecurity'),
    replica_identity: unless(`'d'`, 'c.relreplident::text'),
    foreign: `(SELECT jsonb_build_object('server', s.srvname, 'options', ${sorted('f.ftoptions')})
       FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid)`,
    grants: grants('c.relacl', 'r', 'c.relowner'),
  },
  from: `FROM pg_class c ${own('pg_class', 'c', 'relnamespace')} AND c.relkind IN ('r', 'p', 'f')`,
};

/** Columns by their place among the living, so that a dropped one leaves no trace. */
const columns: Part = {
  kind: 'column',
  identity: `${relationName} || '.' || quote_ident(a.attname)`,
  details: {
    place:
      '(SELECT count(*) FROM pg_attribute b WHERE b.attrelid = a.attrelid AND b.attnum BETWEEN 1 AND a.attnum AND NOT b.attisdropped)',
    type: 'format_type(a.atttypid, a.atttypmod)',
    not_null: onlyTrue('a.attnotnull'),
    default: `CASE a.attgenerated WHEN '' THEN pg_get_expr(e.adbin, e.adrelid) END`,
    generated: `CASE WHEN a.attgenerated <> '' THEN a.attgenerated::text || ': ' || pg_get_expr(e.adbin, e.adrelid) END`,
    identity: unless(`''`, 'a.attidentity::text'),
    collation: `(SELECT format('%I.%I', ln.nspname, l.collname) FROM pg_collation l JOIN pg_namespace ln ON ln.oid = l.collnamespace
       WHERE l.oid = a.attcollation AND l.oid <> t.typcollation)`,
    storage: unless('t.typstorage::text', 'a.attstorage::text'),
    compression: unless(`''`, 'a.attcompression::text'),
    statistics: unless('-1', 'a.attstattarget::int'),
    options: sorted('a.attoptions'),
    foreign_options: sorted('a.attfdwoptions'),
    inherited: onlyTrue('NOT a.attislocal'),
    grants: listed('a.attacl'),
    comment: 'col_description(a.attrelid, a.attnum)',
  },
  from: `FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
  ${own('pg_class', 'c', 'relnamespace')} AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')`,
};

const constraints: Part = {
  kind: 'constraint',
  identity: `quote_ident(k.conname) || ' on ' || coalesce(${relation('nullif(k.conrelid, 0)')}, k.contypid::regtype::text)`,
  details: {
    definition: 'pg_get_constraintdef(k.oid)',
    validated: 'k.convalidated',
    inherited: onlyTrue('NOT k.conislocal'),
    comment: comment('pg_constraint', 'k.oid'),
  },
  from: `FROM pg_constraint k ${own('pg_constraint', 'k', 'connamespace')}
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e' AND
     (d.classid, d.objid) IN (('pg_class'::regclass, k.conrelid), ('pg_type'::regclass, k.contypid)))`,
};

const indexes: Part = {
  kind: 'index',
  identity: relationName,
  details: {
    definition: 'pg_get_indexdef(c.oid)',
    valid: 'i.indisvalid AND i.indisready AND i.indislive',
    clustered: onlyTrue('i.indisclustered'),
    replica_identity: onlyTrue('i.indisreplident'),
    tablespace: stored.tablespace,
    part_of: `(SELECT ${relation('h.inhparent')} FROM pg_inherits h WHERE h.inhrelid = c.oid)`,
    comment: stored.comment,
  },
  from: `FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid ${own('pg_class', 'c', 'relnamespace')}
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indrelid AND d.deptype = 'e')`,
};

const views: Part = {
  kind: 'view',
  identity: relationName,
  details: {
    ...stored,
    form: unless(`'v'`, 'c.relkind::text'),
    definition: 'pg_get_viewdef(c.oid)',
    unpopulated: onlyTrue('NOT c.relispopulated'),
    grants: grants('c.relacl', 'r', 'c.relowner'),
  },
  from: `FROM pg_class c ${own('pg_class', 'c', 'relnamespace')} AND c.relkind IN ('v', 'm')`,
};

/** Definitions only: how far a sequence has counted is data. */
const sequences: Part = {
  kind: 'sequence',
  identity: relationName,
  details: {
    ...stored,
    definition: `format('%s start %s by %s from %s to %s cache %s%s', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,
       s.seqmin, s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' cycle' END)`,
    owned_by: `(SELECT ${relation('d.refobjid')} || '.' || quote_ident(a.attname) FROM pg_depend d
       JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
       WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))`,
    grants: grants('c.relacl', 's', 'c.relowner'),
  },
  from: `FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid ${own('pg_class', 'c', 'relnamespace')}`,
};

const triggers: Part = {
  kind: 'trigger',
  identity: `quote_ident(g.tgname) || ' on ' || ${relationName}`,
  details: {
    definition: 'pg_get_triggerdef(g.oid)',
    enabled: unless(`'O'`, 'g.tgenabled::text'),
    comment: comment('pg_trigger', 'g.oid'),
  },
  from: `FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid ${own('pg_class', 'c', 'relnamespace')}
   AND NOT g.tgisinternal AND ${notMember('pg_trigger', 'g')}`,
};

/** The triggers behind foreign keys matter only where somebody has switched them off. */
const disabledChecks: Part = {
  kind: 'disabled check',
  identity: `quote_ident(k.conname) || ' by ' || g.tgfoid::regproc::text || ' on ' || ${relationName}`,
  details: { enabled: 'g.tgenabled::text' },
  from: `FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_constraint k ON k.oid = g.tgconstraint
  ${own('pg_class', 'c', 'relnamespace')} AND g.tgisinternal AND g.tgenabled <> 'O'`,
};

const policies: Part = {
  kind: 'policy',
  identity: `quote_ident(p.polname) || ' on ' || ${relationName}`,
  details: {
    command: 'p.polcmd::text',
    permissive: 'p.polpermissive',
    roles: `(SELECT jsonb_agg(name ORDER BY name COLLATE "C") FROM (
       SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END AS name FROM unnest(p.polroles) AS r) AS names)`,
    using: 'pg_get_expr(p.polqual, p.polrelid)',
    check: 'pg_get_expr(p.polwithcheck, p.polrelid)',
    comment: comment('pg_policy', 'p.oid'),
  },
  from: `FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid ${own('pg_class', 'c', 'relnamespace')}`,
};

const rules: Part = {
  kind: 'rule',
  identity: `quote_ident(r.rulename) || ' on ' || ${relationName}`,
  details: {
    definition: 'pg_get_ruledef(r.oid)',
    enabled: unless(`'O'`, 'r.ev_enabled::text'),
    comment: comment('pg_rewrite', 'r.oid'),
  },
  from: `FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class ${own('pg_class', 'c', 'relnamespace')} AND r.rulename <> '_RETURN'`,
};

const statistics: Part = {
  kind: 'statistics',
  identity: named('n.nspname', 's.stxname'),
  details: {
    definition: 'pg_get_statisticsobjdef(s.oid)',
    target: unless('-1', 's.stxstattarget::int'),
    owner: role('s.stxowner'),
    comment: comment('pg_statistic_ext', 's.oid'),
  },
  from: `FROM pg_statistic_ext s ${own('pg_statistic_ext', 's', 'stxnamespace')}`,
};

export const relationParts: readonly Part[] = [
  tables,
  columns,
  constraints,
  indexes,
  views,
  sequences,
  triggers,
  disabledChecks,
  policies,
  rules,
  statistics,
];
