import type { Node } from './parser.ts';
import { all, as, find, listName, relationName, strings } from './tree.ts';

/**
 * Functions of the server that change nothing and give one answer within a statement (volatility immutable or
 * stable in pg_proc), so far as migrations use them. Any other name may be a volatile one.
 */
const steady = new Set(
  `abs age array_agg array_append array_cat array_fill array_length array_position array_prepend array_remove
   array_replace array_to_json array_to_string array_upper array_lower avg bit_and bit_or bool_and bool_or btrim cardinality
   ceil ceiling char_length character_length chr coalesce col_description concat concat_ws convert_from convert_to
   count cume_dist current_database current_schema current_schemas current_setting date date_bin date_part
   date_trunc decode dense_rank div encode every exp extract first_value floor format format_type
   generate_series has_column_privilege has_schema_privilege has_table_privilege hashtext initcap
   json_agg json_array_elements json_array_length json_build_array json_build_object json_each
   json_extract_path_text json_object json_object_agg json_typeof jsonb_agg jsonb_array_elements
   jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each
   jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg
   jsonb_object_keys jsonb_path_exists jsonb_path_query jsonb_path_query_first jsonb_pretty jsonb_set
   jsonb_strip_nulls jsonb_typeof justify_days justify_hours lag last_value lead left length like_escape
   ln log lower lpad ltrim make_date make_interval make_time make_timestamp make_timestamptz max md5 min
   mod now nth_value ntile nullif num_nonnulls num_nulls obj_description octet_length overlay
   percent_rank pg_get_constraintdef pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_viewdef
   pg_relation_size pg_size_pretty pg_table_is_visible pg_table_size pg_total_relation_size pg_typeof pi
   position power quote_ident quote_literal quote_nullable rank regexp_match regexp_matches
   regexp_replace regexp_split_to_array regexp_split_to_table repeat replace reverse right round
   row_number row_to_json rpad rtrim sha224 sha256 sha384 sha512 sign split_part sqrt starts_with
   statement_timestamp string_agg string_to_array string_to_table strpos substr substring sum timezone
   to_char to_date to_json to_jsonb to_number to_regclass to_timestamp to_tsquery to_tsvector
   transaction_timestamp translate trim trunc unnest upper version width_bucket`.split(/\s+/),
);

/** Volatile, but without a trace in the database. */
const harmless = new Set([
  'random',
  'gen_random_uuid',
  'uuidv4',
  'uuidv7',
  'clock_timestamp',
  'timeofday',
  'pg_sleep',
]);

const aggregates = new Set(
  `array_agg avg bit_and bit_or bit_xor bool_and bool_or count every json_agg json_object_agg jsonb_agg
   jsonb_object_agg max min mode percentile_cont percentile_disc range_agg stddev string_agg sum variance
   xmlagg`.split(/\s+/),
);

const setReturning = new Set(
  `generate_series generate_subscripts json_array_elements json_array_elements_text json_each json_each_text
   json_object_keys jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text
   jsonb_object_keys jsonb_path_query regexp_matches regexp_split_to_table string_to_table unnest`.split(
    /\s+/,
  ),
);

/** Names of the functions an expression calls, each once. */
export function functionsIn(tree: unknown): readonly string[] {
  return [...new Set(find(tree, 'FuncCall').map((call) => functionName(call.funcname)))];
}

/** The calls of one function. */
export const callsOf = (tree: unknown, name: string) =>
  find(tree, 'FuncCall').filter((call) => functionName(call.funcname) === name);

function functionName(names: Node[] | undefined): string {
  const parts = strings(names);
  return parts.length === 2 && parts[0] === 'pg_catalog' ? (parts[1] ?? '') : listName(names);
}

/** Functions that may give another value for every row; an unknown function is taken for one. */
export const volatileFunctionsIn = (tree: unknown): readonly string[] =>
  functionsIn(tree).filter((name) => !steady.has(name));

/** Functions that may change the database when a query calls them. */
export const writingFunctionsIn = (tree: unknown): readonly string[] =>
  functionsIn(tree).filter((name) => !steady.has(name) && !harmless.has(name));

/** Calls that need more than their own row, with the reason. */
export function foreignCallIn(tree: unknown): string | null {
  for (const call of find(tree, 'FuncCall')) {
    const name = functionName(call.funcname);
    if (call.over !== undefined) return `${name}(…) OVER is a window function, which looks at other rows`;
    const aggregated =
      call.agg_star || call.agg_distinct || call.agg_within_group || call.agg_filter || call.agg_order;
    if (aggregated || aggregates.has(name)) return `${name}(…) is an aggregate, which looks at other rows`;
    if (setReturning.has(name)) return `${name}(…) returns a set of rows, not one value`;
  }
  return null;
}

/** The constant NULL, also under a cast. */
export function isNull(node: Node | undefined): boolean {
  const cast = as(node, 'TypeCast');
  if (cast !== undefined) return isNull(cast.arg);
  return as(node, 'A_Const')?.isnull === true;
}

/** Tables a query reads, without the names of its own WITH queries. */
export function tablesReadBy(tree: unknown): readonly string[] {
  const own = new Set(find(tree, 'CommonTableExpr').map((query) => query.ctename));
  const relations = find(tree, 'RangeVar').filter(
    (relation) => relation.schemaname !== undefined || !own.has(relation.relname),
  );
  return [...new Set(relations.map((relation) => relationName(relation)))];
}

/** Columns for which the expression says `column IS NOT NULL`, joined by AND. */
export function columnsProvenNotNull(expression: Node | undefined): readonly string[] {
  const conjunction = as(expression, 'BoolExpr');
  if (conjunction?.boolop === 'AND_EXPR') return (conjunction.args ?? []).flatMap(columnsProvenNotNull);
  const test = as(expression, 'NullTest');
  if (test?.nulltesttype !== 'IS_NOT_NULL') return [];
  return all([test.arg ?? { A_Star: {} }], 'ColumnRef').flatMap((column) => strings(column.fields).slice(-1));
}
