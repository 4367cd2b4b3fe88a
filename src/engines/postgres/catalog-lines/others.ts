import {
  comment,
  grants,
  listed,
  named,
  notMember,
  own,
  type Part,
  relation,
  role,
  sorted,
  unless,
} from './part.ts';

const schemas: Part = {
  kind: 'schema',
  identity: 'quote_ident(n.nspname)',
  details: {
    owner: role('s.nspowner'),
    grants: grants('s.nspacl', 'n', 's.nspowner'),
    comment: comment('pg_namespace', 'n.oid'),
  },
  from: `FROM space n JOIN pg_namespace s ON s.oid = n.oid WHERE ${notMember('pg_namespace', 'n')}`,
};

const functions: Part = {
  kind: 'function',
  identity: `${named('n.nspname', 'f.proname')} || '(' || pg_get_function_identity_arguments(f.oid) || ')'`,
  details: {
    definition: `CASE WHEN f.prokind <> 'a' THEN pg_get_functiondef(f.oid) END`,
    // pg_aggregate by name: its function and type numbers are not the same in every database.
    aggregate: `(SELECT jsonb_build_array(g.aggkind, g.aggnumdirectargs, g.aggtransfn::text, g.aggfinalfn::text, g.aggcombinefn::text,
       g.aggserialfn::text, g.aggdeserialfn::text, g.aggmtransfn::text, g.aggminvtransfn::text, g.aggmfinalfn::text,
       g.aggfinalextra, g.aggmfinalextra, g.aggfinalmodify, g.aggmfinalmodify, g.aggsortop::regoperator::text,
       g.aggtranstype::regtype::text, g.aggmtranstype::regtype::text, g.agginitval, g.aggminitval, f.proparallel)
       FROM pg_aggregate g WHERE g.aggfnoid = f.oid)`,
    owner: role('f.proowner'),
    grants: grants('f.proacl', 'f', 'f.proowner'),
    comment: comment('pg_proc', 'f.oid'),
  },
  from: `FROM pg_proc f ${own('pg_proc', 'f', 'pronamespace')}`,
};

/** Row types of tables, arrays and multiranges come and go with what they belong to. */
const types: Part = {
  kind: 'type',
  identity: named('n.nspname', 't.typname'),
  details: {
    form: 't.typtype::text',
    labels:
      '(SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)',
    base: `CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END`,
    not_null: `CASE t.typtype WHEN 'd' THEN t.typnotnull END`,
    default: 't.typdefault',
    collation: `CASE t.typtype WHEN 'd' THEN nullif(t.typcollation, 0)::regcollation::text END`,
    range: `(SELECT jsonb_build_array(r.rngsubtype::regtype::text, r.rngcollation::regcollation::text, r.rngcanonical::text, r.rngsubdiff::text,
       (SELECT ${named('o_n.nspname', 'o.opcname')} FROM pg_opclass o JOIN pg_namespace o_n ON o_n.oid = o.opcnamespace WHERE o.oid = r.rngsubopc))
       FROM pg_range r WHERE r.rngtypid = t.oid)`,
    functions: `CASE t.typtype WHEN 'b' THEN jsonb_build_array(t.typinput::text, t.typoutput::text, t.typlen, t.typbyval, t.typalign) END`,
    owner: role('t.typowner'),
    grants: grants('t.typacl', 'T', 't.typowner'),
    comment: comment('pg_type', 't.oid'),
  },
  from: `FROM pg_type t ${own('pg_type', 't', 'typnamespace')}
   AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) AND t.typtype <> 'm'
   AND (t.typtype <> 'c' OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))`,
};

const extensions: Part = {
  kind: 'extension',
  identity: 'quote_ident(x.extname)',
  details: {
    version: 'x.extversion',
    schema: 'x.extnamespace::regnamespace::text',
    owner: role('x.extowner'),
    comment: comment('pg_extension', 'x.oid'),
  },
  from: 'FROM pg_extension x',
};

const eventTriggers: Part = {
  kind: 'event trigger',
  identity: 'quote_ident(v.evtname)',
  details: {
    event: 'v.evtevent',
    function: 'v.evtfoid::regprocedure::text',
    tags: sorted('v.evttags'),
    enabled: unless(`'O'`, 'v.evtenabled::text'),
    owner: role('v.evtowner'),
    comment: comment('pg_event_trigger', 'v.oid'),
  },
  from: `FROM pg_event_trigger v WHERE ${notMember('pg_event_trigger', 'v')}`,
};

const collations: Part = {
  kind: 'collation',
  identity: named('n.nspname', 'l.collname'),
  details: {
    definition: `to_jsonb(l) - ARRAY['oid', 'collname', 'collnamespace', 'collowner', 'collversion']`,
    owner: role('l.collowner'),
    comment: comment('pg_collation', 'l.oid'),
  },
  from: `FROM pg_collation l ${own('pg_collation', 'l', 'collnamespace')}`,
};

const operators: Part = {
  kind: 'operator',
  identity: 'o.oid::regoperator::text',
  details: {
    function: 'o.oprcode::regprocedure::text',
    result: 'o.oprresult::regtype::text',
    commutator: 'nullif(o.oprcom, 0)::regoperator::text',
    negator: 'nullif(o.oprnegate, 0)::regoperator::text',
    estimators: `jsonb_build_array(o.oprrest::text, o.oprjoin::text, o.oprcanmerge, o.oprcanhash)`,
    owner: role('o.oprowner'),
    comment: comment('pg_operator', 'o.oid'),
  },
  from: `FROM pg_operator o ${own('pg_operator', 'o', 'oprnamespace')}`,
};

const casts: Part = {
  kind: 'cast',
  identity: `format('%s as %s', k.castsource::regtype, k.casttarget::regtype)`,
  details: {
    function: 'nullif(k.castfunc, 0)::regprocedure::text',
    how: `k.castcontext::text || k.castmethod::text`,
    comment: comment('pg_cast', 'k.oid'),
  },
  // Numbers below 16384 belong to the server itself (FirstNormalObjectId).
  from: `FROM pg_cast k WHERE k.oid >= 16384 AND ${notMember('pg_cast', 'k')}`,
};

const textSearch: Part = {
  kind: 'text search configuration',
  identity: named('n.nspname', 't.cfgname'),
  details: {
    parser: '(SELECT p.prsname FROM pg_ts_parser p WHERE p.oid = t.cfgparser)',
    mapping: `(SELECT jsonb_agg(jsonb_build_array(m.maptokentype, m.mapseqno, m.mapdict::regdictionary::text) ORDER BY m.maptokentype, m.mapseqno)
       FROM pg_ts_config_map m WHERE m.mapcfg = t.oid)`,
    owner: role('t.cfgowner'),
    comment: comment('pg_ts_config', 't.oid'),
  },
  from: `FROM pg_ts_config t ${own('pg_ts_config', 't', 'cfgnamespace')}`,
};

const dictionaries: Part = {
  kind: 'text search dictionary',
  identity: named('n.nspname', 't.dictname'),
  details: {
    template: '(SELECT m.tmplname FROM pg_ts_template m WHERE m.oid = t.dicttemplate)',
    options: 't.dictinitoption',
    owner: role('t.dictowner'),
    comment: comment('pg_ts_dict', 't.oid'),
  },
  from: `FROM pg_ts_dict t ${own('pg_ts_dict', 't', 'dictnamespace')}`,
};

const publications: Part = {
  kind: 'publication',
  identity: 'quote_ident(p.pubname)',
  details: {
    publishes: `jsonb_build_array(p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot)`,
    tables: `(SELECT jsonb_agg(name ORDER BY name COLLATE "C") FROM (
       SELECT ${relation('r.prrelid')} AS name FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS names)`,
    owner: role('p.pubowner'),
    comment: comment('pg_publication', 'p.oid'),
  },
  from: 'FROM pg_publication p',
};

const servers: Part = {
  kind: 'server',
  identity: 'quote_ident(s.srvname)',
  details: {
    wrapper: '(SELECT w.fdwname FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw)',
    type: 's.srvtype',
    version: 's.srvversion',
    options: sorted('s.srvoptions'),
    owner: role('s.srvowner'),
    grants: grants('s.srvacl', 'S', 's.srvowner'),
    comment: comment('pg_foreign_server', 's.oid'),
  },
  from: `FROM pg_foreign_server s WHERE ${notMember('pg_foreign_server', 's')}`,
};

const defaultPrivileges: Part = {
  kind: 'default privileges',
  identity: `format('of %I in %s for %s', pg_get_userbyid(a.defaclrole), coalesce(nullif(a.defaclnamespace, 0)::regnamespace::text, '*'), a.defaclobjtype)`,
  details: { grants: listed('a.defaclacl') },
  from: 'FROM pg_default_acl a',
};

export const otherParts: readonly Part[] = [
  schemas,
  functions,
  types,
  extensions,
  eventTriggers,
  collations,
  operators,
  casts,
  textSearch,
  dictionaries,
  publications,
  servers,
  defaultPrivileges,
];
