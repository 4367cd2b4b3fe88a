import { notOurs } from '../ledger/names.ts';
import type { Server } from '../server.ts';

/** How the objects of one kind become lines. All values are SQL; `identity` names the object within its kind. */
export interface Part {
  readonly kind: string;
  readonly identity: string;
  /** Details that are null are left out of the line. */
  readonly details: Readonly<Record<string, string>>;
  readonly from: string;
}

export function partQuery({ kind: _, identity, details, from }: Part): string {
  const columns = Object.entries(details).map(([name, value]) => `${value} AS \`${name}\``);
  return `SELECT ${[`${identity} AS identity`, ...columns].join(',\n  ')}\n${from}`;
}

/** What this server can be asked for. */
export const readableParts = (server: Server): readonly Part[] => [
  database,
  tables,
  columns,
  indexes(server),
  foreignKeys,
  ...(server.checkConstraints ? [checks(server)] : []),
  partitions,
  views,
  triggers,
  routines,
  parameters,
  events,
];

const unlessEmpty = (value: string): string => `NULLIF(${value}, '')`;

const database: Part = {
  kind: 'database',
  identity: `''`,
  details: { collation: 'default_collation_name' },
  from: 'FROM information_schema.schemata WHERE schema_name = DATABASE()',
};

const tables: Part = {
  kind: 'table',
  identity: 't.table_name',
  details: {
    engine: 't.engine',
    format: 't.row_format',
    collation: 't.table_collation',
    options: unlessEmpty('t.create_options'),
    comment: unlessEmpty('t.table_comment'),
  },
  from: `FROM information_schema.tables t
WHERE t.table_schema = DATABASE() AND t.table_type NOT LIKE '%VIEW' AND ${notOurs('t.table_name')}`,
};

/** The place counts as well: rows are read by it, and INSERT without names. */
const columns: Part = {
  kind: 'column',
  identity: `CONCAT(c.table_name, '.', c.column_name)`,
  details: {
    place: 'c.ordinal_position',
    type: 'c.column_type',
    nullable: `NULLIF(c.is_nullable, 'NO')`,
    default: 'c.column_default',
    collation: 'c.collation_name',
    extra: unlessEmpty('c.extra'),
    generated: unlessEmpty('c.generation_expression'),
    comment: unlessEmpty('c.column_comment'),
  },
  from: `FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = DATABASE() AND t.table_type NOT LIKE '%VIEW' AND ${notOurs('c.table_name')}`,
};

const indexes = ({ isMariaDb, checkConstraints }: Server): Part => {
  // Expressions came with MySQL 8.0.13; MariaDB has none, and names what others call invisible.
  const mysql8 = !isMariaDb && checkConstraints;
  const column = `COALESCE(CONCAT('\`', s.column_name, '\`')${mysql8 ? `, CONCAT('(', s.expression, ')')` : ''})`;
  return {
    kind: 'index',
    identity: `CONCAT(s.table_name, '.', s.index_name)`,
    details: {
      unique: 'IF(MAX(s.non_unique) = 0, 1, NULL)',
      type: 'MAX(s.index_type)',
      columns: `GROUP_CONCAT(CONCAT(${column}, IF(s.sub_part IS NULL, '', CONCAT('(', s.sub_part, ')')),
    IF(s.collation = 'D', ' DESC', '')) ORDER BY s.seq_in_index)`,
      comment: unlessEmpty('MAX(s.index_comment)'),
      ...(mysql8 ? { invisible: `NULLIF(MIN(s.is_visible), 'YES')` } : {}),
      ...(isMariaDb ? { ignored: `NULLIF(MAX(s.ignored), 'NO')` } : {}),
    },
    from: `FROM information_schema.statistics s
WHERE s.table_schema = DATABASE() AND ${notOurs('s.table_name')} GROUP BY s.table_name, s.index_name`,
  };
};

const foreignKeys: Part = {
  kind: 'foreign key',
  identity: `CONCAT(k.table_name, '.', k.constraint_name)`,
  details: {
    columns: `GROUP_CONCAT(CONCAT('\`', k.column_name, '\`') ORDER BY k.ordinal_position)`,
    references: `CONCAT(IF(MAX(k.referenced_table_schema) = DATABASE(), '', CONCAT(MAX(k.referenced_table_schema), '.')), MAX(k.referenced_table_name))`,
    referenced: `GROUP_CONCAT(CONCAT('\`', k.referenced_column_name, '\`') ORDER BY k.ordinal_position)`,
    on_update: 'MAX(r.update_rule)',
    on_delete: 'MAX(r.delete_rule)',
  },
  from: `FROM information_schema.key_column_usage k
JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL GROUP BY k.table_name, k.constraint_name`,
};

/** MariaDB names the table with the clause; MySQL in the list of constraints. */
const checks = ({ isMariaDb }: Server): Part => ({
  kind: 'check',
  identity: `CONCAT(${isMariaDb ? 'c' : 't'}.table_name, '.', c.constraint_name)`,
  details: { clause: 'c.check_clause', ...(isMariaDb ? {} : { enforced: `NULLIF(t.enforced, 'YES')` }) },
  from: isMariaDb
    ? `FROM information_schema.check_constraints c WHERE c.constraint_schema = DATABASE() AND ${notOurs('c.table_name')}`
    : `FROM information_schema.check_constraints c
JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name)
WHERE c.constraint_schema = DATABASE() AND ${notOurs('t.table_name')}`,
});

const partitions: Part = {
  kind: 'partition',
  identity: `CONCAT_WS('.', p.table_name, p.partition_name, p.subpartition_name)`,
  details: {
    place: 'p.partition_ordinal_position',
    method: 'p.partition_method',
    expression: 'p.partition_expression',
    bound: 'p.partition_description',
  },
  from: `FROM information_schema.partitions p
WHERE p.table_schema = DATABASE() AND p.partition_name IS NOT NULL AND ${notOurs('p.table_name')}`,
};

/** The server writes the database's own name into every name of a view. */
const views: Part = {
  kind: 'view',
  identity: 'v.table_name',
  details: {
    definition: `REPLACE(v.view_definition, CONCAT('\`', REPLACE(DATABASE(), '\`', '\`\`'), '\`.'), '')`,
    check_option: `NULLIF(v.check_option, 'NONE')`,
    definer: 'v.definer',
    security: 'v.security_type',
  },
  from: 'FROM information_schema.views v WHERE v.table_schema = DATABASE()',
};

const triggers: Part = {
  kind: 'trigger',
  identity: `CONCAT(g.event_object_table, '.', g.trigger_name)`,
  details: {
    fires: `CONCAT(g.action_timing, ' ', g.event_manipulation)`,
    place: 'g.action_order',
    body: 'g.action_statement',
    definer: 'g.definer',
    sql_mode: 'g.sql_mode',
  },
  from: `FROM information_schema.triggers g WHERE g.trigger_schema = DATABASE() AND ${notOurs('g.trigger_name')}`,
};

const routines: Part = {
  kind: 'routine',
  identity: `CONCAT(r.routine_type, ' ', r.routine_name)`,
  details: {
    returns: unlessEmpty('r.dtd_identifier'),
    body: 'r.routine_definition',
    deterministic: `NULLIF(r.is_deterministic, 'NO')`,
    access: 'r.sql_data_access',
    security: 'r.security_type',
    definer: 'r.definer',
    sql_mode: 'r.sql_mode',
    comment: unlessEmpty('r.routine_comment'),
  },
  from: `FROM information_schema.routines r WHERE r.routine_schema = DATABASE() AND ${notOurs('r.routine_name')}`,
};

const parameters: Part = {
  kind: 'parameter',
  identity: `CONCAT(p.routine_type, ' ', p.specific_name, ' ', p.ordinal_position)`,
  details: { mode: 'p.parameter_mode', name: 'p.parameter_name', type: 'p.dtd_identifier' },
  from: `FROM information_schema.parameters p
WHERE p.specific_schema = DATABASE() AND p.ordinal_position > 0 AND ${notOurs('p.specific_name')}`,
};

/** When an event ran last is no part of it, nor when it starts: unless it was said, that is when it was made. */
const events: Part = {
  kind: 'event',
  identity: 'e.event_name',
  details: {
    body: 'e.event_definition',
    at: 'e.execute_at',
    every: `CONCAT(e.interval_value, ' ', e.interval_field)`,
    ends: 'e.ends',
    status: 'e.status',
    on_completion: 'e.on_completion',
    definer: 'e.definer',
    time_zone: 'e.time_zone',
    sql_mode: 'e.sql_mode',
    comment: unlessEmpty('e.event_comment'),
  },
  from: `FROM information_schema.events e WHERE e.event_schema = DATABASE() AND ${notOurs('e.event_name')}`,
};
