import { splitName } from '../quote.ts';
import { volatileFunctionsIn } from './expressions.ts';
import { GrammarError, loadParser } from './parser.ts';
import { find, strings } from './tree.ts';

/**
 * The columns from which an expression over a row of `table` computes its value; null when computing it again
 * may give another value or have an effect (a volatile function, or one of which the name alone tells nothing),
 * or when not all of the columns can be told.
 */
export async function sourcesOf(expression: string, table: string): Promise<readonly string[] | null> {
  const tree = await parsed(expression);
  if (tree === null || find(tree, 'SubLink').length > 0 || volatileFunctionsIn(tree).length > 0) return null;
  const foreignOperator = find(tree, 'A_Expr').some(({ name }) => {
    const parts = strings(name);
    return parts.length > 1 && parts[0] !== 'pg_catalog';
  });
  if (foreignOperator || find(tree, 'A_Star').length > 0) return null;
  const row = splitName(table).at(-1);
  const columns = find(tree, 'ColumnRef').map(({ fields }) => strings(fields));
  // The table's bare name is the row as a whole.
  if (columns.some((parts) => parts.length === 1 && parts[0] === row)) return null;
  return [...new Set(columns.flatMap((parts) => parts.slice(-1)))];
}

/**
 * The names in an expression over a row of `table` that can only be its columns: unqualified ones, subqueries aside,
 * but for the name of the row as a whole and the columns that every table has.
 */
export async function columnsIn(expression: string, table: string): Promise<readonly string[]> {
  const tree = await parsed(expression);
  if (tree === null || find(tree, 'SubLink').length > 0) return [];
  const row = splitName(table).at(-1);
  const names = find(tree, 'ColumnRef').flatMap(({ fields }) => {
    const [name, ...more] = strings(fields);
    return name === undefined || more.length > 0 || find(fields, 'A_Star').length > 0 ? [] : [name];
  });
  return [...new Set(names)].filter((name) => name !== row && !systemColumns.has(name));
}

const systemColumns: ReadonlySet<string> = new Set(['tableoid', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax']);

async function parsed(expression: string): Promise<unknown> {
  const parser = await loadParser();
  try {
    return parser.parse(`SELECT (${expression}\n)`).stmts ?? null;
  } catch (error) {
    // What is wrong with it is said elsewhere.
    if (error instanceof GrammarError) return null;
    throw error;
  }
}
