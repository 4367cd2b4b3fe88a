/** One kind of object of the catalogue, as rows of an `identity` and what defines it. */
export interface CatalogPart {
  readonly kind: string;
  readonly query: string;
}

/** Neither the ledger nor the trigger of a backfill that is under way. */
const ours = `s.name = N'lockkeeper'`;

/** A constraint or statistic to which the server has given a name that is another one in each database. */
const named = (alias: string): string =>
  `CASE WHEN ${alias}.is_system_named = 1 THEN N'(unnamed)' ELSE ${alias}.name END`;

/** SQL: what an index is called, by its row `i` and that of the constraint it may stand for, `k`. */
const indexName = `CASE WHEN k.is_system_named = 1 THEN N'(unnamed)' ELSE i.name END`;

export const parts: readonly CatalogPart[] = [
  {
    kind: 'schema',
    query: `SELECT s.name AS [identity] FROM sys.schemas AS s
WHERE NOT ${ours} AND s.schema_id < 16384 AND s.name NOT IN (N'sys', N'INFORMATION_SCHEMA', N'guest')`,
  },
  {
    kind: 'table',
    query: `SELECT CONCAT(s.name, N'.', t.name) AS [identity]
FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id
WHERE NOT ${ours} AND t.is_ms_shipped = 0`,
  },
  {
    kind: 'column',
    query: `SELECT CONCAT(s.name, N'.', t.name, N'.', c.name) AS [identity], y.name AS [type],
  CONVERT(int, c.max_length) AS [length], CONVERT(int, c.precision) AS [precision], CONVERT(int, c.scale) AS [scale],
  CONVERT(int, c.is_nullable) AS [nullable], c.collation_name AS [collation], CONVERT(int, c.is_identity) AS [increments],
  x.definition AS [computed],
  CONVERT(int, ROW_NUMBER() OVER (PARTITION BY t.object_id ORDER BY c.column_id)) AS [position]
FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id
JOIN sys.columns AS c ON c.object_id = t.object_id
JOIN sys.types AS y ON y.user_type_id = c.user_type_id
LEFT JOIN sys.computed_columns AS x ON x.object_id = c.object_id AND x.column_id = c.column_id
WHERE NOT ${ours} AND t.is_ms_shipped = 0`,
  },
  {
    kind: 'default',
    query: `SELECT CONCAT(s.name, N'.', t.name, N'.', c.name) AS [identity], ${named('d')} AS [name],
  d.definition AS [definition]
FROM sys.default_constraints AS d JOIN sys.tables AS t ON t.object_id = d.parent_object_id
JOIN sys.schemas AS s ON s.schema_id = t.schema_id
JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id
WHERE NOT ${ours} AND t.is_ms_shipped = 0`,
  },
  {
    kind: 'index',
    query: `SELECT CONCAT(s.name, N'.', o.name, N'.', ${indexName}) AS [identity],
  i.type_desc AS [type], CONVERT(int, i.is_unique) AS is_unique, CONVERT(int, i.is_primary_key) AS is_primary,
  CONVERT(int, i.is_unique_constraint) AS is_constraint, CONVERT(int, i.is_disabled) AS [disabled],
  i.filter_definition AS [filter]
FROM sys.indexes AS i JOIN sys.objects AS o ON o.object_id = i.object_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.key_constraints AS k ON k.parent_object_id = i.object_id AND k.unique_index_id = i.index_id
WHERE NOT ${ours} AND o.is_ms_shipped = 0 AND o.type IN ('U', 'V') AND i.type > 0`,
  },
  {
    kind: 'index-column',
    query: `SELECT CONCAT(s.name, N'.', o.name, N'.', ${indexName}, N'.', c.name) AS [identity],
  CASE WHEN x.is_included_column = 1 THEN NULL ELSE CONVERT(int, x.key_ordinal) END AS [position],
  CONVERT(int, x.is_descending_key) AS [descending], CONVERT(int, x.is_included_column) AS [included]
FROM sys.indexes AS i JOIN sys.objects AS o ON o.object_id = i.object_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
JOIN sys.index_columns AS x ON x.object_id = i.object_id AND x.index_id = i.index_id
JOIN sys.columns AS c ON c.object_id = x.object_id AND c.column_id = x.column_id
LEFT JOIN sys.key_constraints AS k ON k.parent_object_id = i.object_id AND k.unique_index_id = i.index_id
WHERE NOT ${ours} AND o.is_ms_shipped = 0 AND o.type IN ('U', 'V') AND i.type > 0`,
  },
  {
    kind: 'check',
    query: `SELECT CONCAT(s.name, N'.', t.name, N'.', ${named('c')}) AS [identity], c.definition,
  CONVERT(int, c.is_disabled) AS [disabled], CONVERT(int, c.is_not_trusted) AS [untrusted]
FROM sys.check_constraints AS c JOIN sys.tables AS t ON t.object_id = c.parent_object_id
JOIN sys.schemas AS s ON s.schema_id = t.schema_id WHERE NOT ${ours} AND t.is_ms_shipped = 0`,
  },
  {
    kind: 'foreign-key',
    query: `SELECT CONCAT(s.name, N'.', t.name, N'.', ${named('f')}) AS [identity],
  CONCAT(rs.name, N'.', r.name) AS [references],
  f.delete_referential_action_desc AS [on_delete], f.update_referential_action_desc AS [on_update],
  CONVERT(int, f.is_disabled) AS [disabled], CONVERT(int, f.is_not_trusted) AS [untrusted]
FROM sys.foreign_keys AS f JOIN sys.tables AS t ON t.object_id = f.parent_object_id
JOIN sys.schemas AS s ON s.schema_id = t.schema_id
JOIN sys.tables AS r ON r.object_id = f.referenced_object_id
JOIN sys.schemas AS rs ON rs.schema_id = r.schema_id
WHERE NOT ${ours} AND t.is_ms_shipped = 0`,
  },
  {
    kind: 'foreign-key-column',
    query: `SELECT CONCAT(s.name, N'.', t.name, N'.', ${named('f')}, N'.', a.name) AS [identity],
  CONVERT(int, x.constraint_column_id) AS [position], b.name AS [references]
FROM sys.foreign_keys AS f JOIN sys.tables AS t ON t.object_id = f.parent_object_id
JOIN sys.schemas AS s ON s.schema_id = t.schema_id
JOIN sys.foreign_key_columns AS x ON x.constraint_object_id = f.object_id
JOIN sys.columns AS a ON a.object_id = x.parent_object_id AND a.column_id = x.parent_column_id
JOIN sys.columns AS b ON b.object_id = x.referenced_object_id AND b.column_id = x.referenced_column_id
WHERE NOT ${ours} AND t.is_ms_shipped = 0`,
  },
  {
    kind: 'module',
    query: `SELECT CONCAT(s.name, N'.', o.name) AS [identity], RTRIM(o.type) AS [type],
  OBJECT_NAME(o.parent_object_id) AS [on], m.definition
FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE NOT ${ours} AND o.is_ms_shipped = 0 AND o.type IN ('V', 'P', 'FN', 'IF', 'TF', 'TR')
  AND o.name NOT LIKE N'lockkeeper[_]keep[_]%'`,
  },
  {
    kind: 'disabled-trigger',
    query: `SELECT CONCAT(OBJECT_SCHEMA_NAME(r.parent_id), N'.', OBJECT_NAME(r.parent_id), N'.', r.name) AS [identity]
FROM sys.triggers AS r WHERE r.is_disabled = 1 AND r.is_ms_shipped = 0`,
  },
  {
    kind: 'sequence',
    query: `SELECT CONCAT(s.name, N'.', q.name) AS [identity], CONVERT(nvarchar(40), q.increment) AS [increment],
  CONVERT(nvarchar(40), q.minimum_value) AS [from], CONVERT(nvarchar(40), q.maximum_value) AS [to],
  CONVERT(int, q.is_cycling) AS [cycles]
FROM sys.sequences AS q JOIN sys.schemas AS s ON s.schema_id = q.schema_id WHERE NOT ${ours}`,
  },
  {
    kind: 'type',
    query: `SELECT CONCAT(s.name, N'.', y.name) AS [identity], CONVERT(int, y.max_length) AS [length],
  CONVERT(int, y.precision) AS [precision], CONVERT(int, y.scale) AS [scale], CONVERT(int, y.is_nullable) AS [nullable]
FROM sys.types AS y JOIN sys.schemas AS s ON s.schema_id = y.schema_id
WHERE y.is_user_defined = 1 AND NOT ${ours}`,
  },
];
