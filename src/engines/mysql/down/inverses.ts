import type { SchemaObject } from '../../../core/analysis/statement.ts';
import type { Alteration, DownKnowledge } from '../../../core/down/undoing.ts';
import type { Token } from '../analysis/tokens.ts';

/** What takes an alteration back, as the words behind the object's name; or why its text does not tell what was there. */
export function inverseOf(
  { object, what }: Alteration,
  tokens: readonly Token[],
): ReturnType<DownKnowledge['inverse']> {
  if (leavesNothing.has(what)) return { nothing: true };
  if (what === 'visibility') return shown(tokens, object);
  const reason = object.type === 'column' ? columnReason(object, what) : reasons[what]?.(object);
  return reason === undefined ? null : { reason };
}

/** Done with the definition as it was. */
const leavesNothing: ReadonlySet<string> = new Set(['nothing', 'force', 'order by', 'enforced']);

/** An index or column that was hidden was to be seen before. */
function shown(tokens: readonly Token[], { name }: SchemaObject): ReturnType<DownKnowledge['inverse']> {
  const words = tokens.filter(({ kind }) => kind === 'word').map(({ value }) => value);
  const last = words.at(-1);
  if (last === 'INVISIBLE') return { what: 'VISIBLE' };
  if (last === 'IGNORED' && words.at(-2) !== 'NOT') return { what: 'NOT IGNORED' };
  return { reason: `whether ${name} was hidden before is not known` };
}

const of = ({ name, table }: SchemaObject): string => `${name} of ${table ?? 'its table'}`;

function columnReason(object: SchemaObject, what: string): string | undefined {
  if (what === 'set default')
    return `the former default of ${of(object)} is not known: write it, or DROP DEFAULT`;
  if (what === 'drop default') return `the former default of ${of(object)} is not known: write it`;
  return what.startsWith('type ')
    ? `${of(object)} was defined anew: write MODIFY with all that it was, as SHOW CREATE TABLE gives it`
    : undefined;
}

const reasons: Readonly<Record<string, (object: SchemaObject) => string>> = {
  'add an index': ({ name }) => `the server chose the name of the index on ${name}: write its DROP INDEX`,
  'add a constraint': ({ name }) =>
    `the server chose the name of the constraint of ${name}: write its DROP FOREIGN KEY or DROP CONSTRAINT`,
};
