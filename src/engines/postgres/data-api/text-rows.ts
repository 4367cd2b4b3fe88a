/**
 * Characters of an answer that travel as one row: at up to four bytes each they stay below the 64 KB that the Data API
 * carries in one.
 */
const PIECE = 12_000;

/**
 * The query whose answer is the whole answer of `sql` as one text, cut into pieces. Each value is in it as the server
 * writes it out: of many types the Data API would carry nothing (`name`, `oid`), of others another notation.
 */
export const asText = (sql: string): string => `WITH lockkeeper_rows AS MATERIALIZED (
${sql}
), lockkeeper_answer AS (
  SELECT pg_catalog.json_build_object(
    'names', (SELECT pg_catalog.json_agg(lk_name)
              FROM (SELECT * FROM lockkeeper_rows LIMIT 1) AS lk_row, pg_catalog.json_object_keys(pg_catalog.to_json(lk_row)) AS lk_name),
    'rows', (SELECT pg_catalog.json_agg(lk_row::text) FROM lockkeeper_rows AS lk_row)
  )::text AS lk_text
)
SELECT pg_catalog.substr(lk_text, lk_piece * ${PIECE} + 1, ${PIECE}) AS piece
FROM lockkeeper_answer, pg_catalog.generate_series(0, (pg_catalog.length(lk_text) - 1) / ${PIECE}) AS lk_piece
ORDER BY lk_piece`;

interface Answer {
  readonly names: readonly string[] | null;
  readonly rows: readonly string[] | null;
}

/** The rows of a text put together again from its pieces. */
export function rowsFrom<Row>(text: string): readonly Row[] {
  const { names, rows } = JSON.parse(text) as Answer;
  return (rows ?? []).map((row) => {
    const values = valuesOf(row);
    return Object.fromEntries((names ?? []).map((name, index) => [name, values[index] ?? null])) as Row;
  });
}

/** `(a,"b ""c""",)` → `['a', 'b "c"', null]`: a row as the server writes it out. */
export function valuesOf(row: string): readonly (string | null)[] {
  const values: (string | null)[] = [];
  const field = /(?:"((?:[^"\\]|""|\\\\)*)"|([^",()\\]*))([,)])/gsy;
  field.lastIndex = 1;
  for (let found = field.exec(row); found !== null; found = field.exec(row)) {
    const [, quoted, plain, end] = found;
    if (quoted !== undefined) values.push(quoted.replace(/""|\\\\/g, (pair) => pair[0] ?? ''));
    else values.push(plain === '' ? null : (plain ?? null));
    if (end === ')') break;
  }
  return values;
}
