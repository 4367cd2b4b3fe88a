import type { Node } from '../analysis/parser.ts';
import { all, as, strings } from '../analysis/tree.ts';
import { quoteIdentifier } from '../quote.ts';

/** The types that tell a function from others of its name, e.g. `("pg_catalog"."int4", "text"[])`; null without one. */
export function signatureOf(node: Node | undefined): string | null {
  const statement = as(node, 'CreateFunctionStmt');
  if (statement === undefined) return null;
  const parameters = all(statement.parameters, 'FunctionParameter');
  const inputs = parameters.filter(({ mode }) => !isResult.has(mode ?? ''));
  return `(${inputs.map(({ argType }) => typeText(argType)).join(', ')})`;
}

/** What it gives back is no part of how it is called. */
const isResult: ReadonlySet<string> = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE']);

interface TypeName {
  readonly names?: readonly Node[];
  readonly arrayBounds?: readonly unknown[];
}

function typeText(type: TypeName | undefined): string {
  const name = strings(type?.names).map(quoteIdentifier).join('.');
  return (type?.arrayBounds?.length ?? 0) > 0 ? `${name}[]` : name;
}
