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

const columnNames = (alias: string, where: string, order: string): string => `STUFF((
    SELECT CONCAT(N', ', kc.name, CASE WHEN ${alias}.is_descending_key = 1 THEN N' DESC' ELSE N'' END)
    FROM sys.index_columns AS ${alias}
    JOIN sys.columns AS kc ON kc.object_id = ${alias}.object_id AND kc.column_id = ${alias}.column_id
    WHERE ${alias}.object_id = i.object_id AND ${alias}.index_id = i.index_id AND ${where}
    ORDER BY ${order} FOR XML PATH('')), 1, 2, N'')`;

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
  d.definition AS [default], x.definition AS [computed],
  CONVERT(int, ROW_NUMBER() OVER (PARTITION BY t.object_id ORDER BY c.column_id)) AS [position]
FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id
JOIN sys.columns AS c ON c.object_id = t.object_id
JOIN sys.types AS y ON y.user_type_id = c.user_type_id
LEFT JOIN sys.default_constraints AS d ON d.parent_object_id = c.object_id AND d.parent_column_id = c.column_id
LEFT JOIN sys.computed_columns AS x ON x.object_id = c.object_id AND x.column_id = c.column_id
WHERE NOT ${ours} AND t.is_ms_shipped = 0`,
  },
  {
    kind: 'index',
    query: `SELECT CONCAT(s.name, N'.', o.name, N'.', CASE WHEN k.is_system_named = 1 THEN N'(unnamed)' ELSE i.name END) AS [identity],
  i.type_desc AS [type], CONVERT(int, i.is_unique) AS is_unique, CONVERT(int, i.is_primary_key) AS is_primary,
  CONVERT(int, i.is_unique_constraint) AS is_constraint, CONVERT(int, i.is_disabled) AS [disabled],
  i.filter_definition AS [filter],
  ${columnNames('ik', 'ik.key_ordinal > 0', 'ik.key_ordinal')} AS [key],
  ${columnNames('ic', 'ic.is_included_column = 1', 'kc.name')} AS [included]
FROM sys.indexes AS i JOIN sys.objects AS o ON o.object_id = i.object_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
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
  STUFF((SELECT CONCAT(N', ', a.name, N' -> ', b.name) FROM sys.foreign_key_columns AS fc
    JOIN sys.columns AS a ON a.object_id = fc.parent_object_id AND a.column_id = fc.parent_column_id
    JOIN sys.columns AS b ON b.object_id = fc.referenced_object_id AND b.column_id = fc.referenced_column_id
    WHERE fc.constraint_object_id = f.object_id ORDER BY fc.constraint_column_id FOR XML PATH('')), 1, 2, N'') AS [columns],
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
