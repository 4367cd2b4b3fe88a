import { serverErrorOf } from '../errors.ts';
import { literal, quoteIdentifier } from '../quote.ts';
import type { Session } from '../session/session.ts';
import type { Claim } from './alone-statement.ts';
import type { QualifiedName } from './reader.ts';

/** Which of the claims hold now, in their order. Names without a schema mean the session's current one. */
export async function holding(
  session: Session,
  claims: readonly Claim[],
  foldsTableNames: boolean,
): Promise<readonly boolean[]> {
  if (claims.length === 0) return [];
  const columns = claims.map(
    (claim, index) => `EXISTS (SELECT 1 FROM ${condition(claim, foldsTableNames)}) AS c${index}`,
  );
  const [row] = await session.read<Record<string, string>>(`SELECT ${columns.join(',\n')}`);
  return claims.map((claim, index) => (row?.[`c${index}`] === '1') === claim.present);
}

function condition(claim: Claim, folds: boolean): string {
  const schema = (name: QualifiedName) => (name.schema === null ? 'DATABASE()' : literal(name.schema));
  // The catalogue compares without regard to case, where names of tables may differ in nothing else.
  const isTable = (column: string, name: string) =>
    `${column} = ${literal(name)}${folds ? '' : ` AND BINARY ${column} = ${literal(name)}`}`;
  switch (claim.what) {
    case 'table':
      return `information_schema.tables WHERE table_schema = ${schema(claim.object)} AND ${isTable('table_name', claim.object.name)} AND table_type NOT LIKE '%VIEW'`;
    case 'view':
      return `information_schema.tables WHERE table_schema = ${schema(claim.object)} AND ${isTable('table_name', claim.object.name)} AND table_type LIKE '%VIEW'`;
    case 'trigger':
      return `information_schema.triggers WHERE trigger_schema = ${schema(claim.object)} AND ${isTable('trigger_name', claim.object.name)}`;
    case 'procedure':
    case 'function':
      return `information_schema.routines WHERE routine_schema = ${schema(claim.object)} AND routine_name = ${literal(claim.object.name)} AND routine_type = '${claim.what.toUpperCase()}'`;
    case 'event':
      return `information_schema.events WHERE event_schema = ${schema(claim.object)} AND event_name = ${literal(claim.object.name)}`;
    case 'database':
      return `information_schema.schemata WHERE ${isTable('schema_name', claim.object.name)}`;
    case 'column':
      return `information_schema.columns WHERE table_schema = ${schema(claim.table)} AND ${isTable('table_name', claim.table.name)} AND column_name = ${literal(claim.name)}`;
    case 'index':
      return `information_schema.statistics WHERE table_schema = ${schema(claim.table)} AND ${isTable('table_name', claim.table.name)} AND index_name = ${literal(claim.name)}`;
    case 'constraint':
      return `information_schema.table_constraints WHERE table_schema = ${schema(claim.table)} AND ${isTable('table_name', claim.table.name)} AND constraint_name = ${literal(claim.name)}`;
    default:
      return claim satisfies never;
  }
}

/** A table as the server would write it down, without the counter that rows move on; null where there is none. */
export async function readDefinition(session: Session, table: QualifiedName): Promise<string | null> {
  const name = [...(table.schema === null ? [] : [table.schema]), table.name].map(quoteIdentifier).join('.');
  const rows = await session
    .read<Record<string, string>>(`SHOW CREATE TABLE ${name}`)
    .catch((error: unknown) => {
      if (serverErrorOf(error)?.number === NO_SUCH_TABLE) return [];
      throw error;
    });
  const text = rows[0]?.['Create Table'];
  return text === undefined ? null : text.replace(/(^\).*) AUTO_INCREMENT=\d+/m, '$1');
}

const NO_SUCH_TABLE = 1146;

/** `column c of t`, for messages. */
export function describeClaim(claim: Claim): string {
  if ('object' in claim) return `${claim.what} ${claim.object.name}`;
  return `${claim.what} ${claim.name} of ${claim.table.name}`;
}
