import type { Check } from '../../core/checks.ts';
import type { Located } from '../../core/manifest/manifest.ts';
import type { Asked } from './asked.ts';
import type { Dialect } from './dialect.ts';

/**
 * The conditions of an element `preConditions` as checks before the migration. A run is refused where one fails, which
 * is what HALT means; what else Liquibase can do then is decided while it runs, and a plan is made before.
 */
export function readConditions(
  conditions: Asked,
  path: string,
  dialect: Dialect | null,
): readonly Located<Check>[] {
  for (const name of ['onFail', 'onError']) {
    const action = conditions.text(name);
    if (action !== null && action.toUpperCase() !== 'HALT') {
      conditions.refuse(
        `${name} ${action} decides at run time whether the change set is run, and a plan says it beforehand`,
        'HALT, or the statements with IF EXISTS or IF NOT EXISTS',
      );
    }
  }
  conditions.passOver('onFailMessage', 'onErrorMessage', 'onSqlOutput');
  const nested = conditions.children('and').flatMap((all) => readConditions(all, path, dialect));
  const checks = [
    ...conditions.children('sqlCheck').map((check) => sqlCheck(check)),
    ...conditions.children('tableExists').map((check) => exists(check, 'tables', dialect, 1)),
    ...conditions.children('columnExists').map((check) => exists(check, 'columns', dialect, 1)),
    ...conditions.children('not').flatMap((not) => {
      const found = [
        ...not.children('tableExists').map((check) => exists(check, 'tables', dialect, 0)),
        ...not.children('columnExists').map((check) => exists(check, 'columns', dialect, 0)),
      ];
      not.close();
      return found;
    }),
  ];
  // A database that a change log is not for is told apart by the `dbms` of its change sets.
  for (const dbms of conditions.children('dbms')) dbms.passOver('type');
  conditions.close();
  const { line } = conditions.node;
  return [...nested, ...checks.map((value) => ({ value, path, line, column: 1 }))];
}

function sqlCheck(check: Asked): Check {
  const value = check.required('expectedResult');
  const query = check.text('sql') ?? check.node.text.trim();
  check.close();
  return {
    check: 'sql',
    name: `precondition of line ${check.node.line}`,
    query: query.replace(/;\s*$/, ''),
    expect: { is: 'value', value },
  };
}

function exists(check: Asked, kind: 'tables' | 'columns', dialect: Dialect | null, count: 0 | 1): Check {
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const schema = check.text('schemaName');
  const table = check.required('tableName');
  const column = kind === 'columns' ? check.required('columnName') : null;
  check.close();
  const what = column === null ? `table ${table}` : `column ${table}.${column}`;
  const where = [
    `table_schema = ${schema === null ? (dialect?.currentSchema ?? 'schema_name()') : text(schema)}`,
    `table_name = ${text(table)}`,
    ...(column === null ? [] : [`column_name = ${text(column)}`]),
  ];
  return {
    check: 'sql',
    name: `${what} ${count === 1 ? 'exists' : 'does not exist yet'}`,
    query: `SELECT count(*) FROM information_schema.${kind} WHERE ${where.join(' AND ')}`,
    expect: { is: 'value', value: String(count) },
  };
}
