import type { Statement } from '../../../core/analysis/statement.ts';
import type { SqlSource } from '../../../core/migration.ts';
import type { Rewrite } from '../../../core/rewrites/rewrite.ts';
import { analyze } from '../analysis/analyze.ts';
import { type OnlineServer, onlineServer } from '../analysis/online/version.ts';
import { actionsOf, type Replacement, type WrittenAction } from './actions.ts';
import { foreignKey } from './foreign-key.ts';
import { hideIndex } from './hide-index.ts';
import { notNull } from './not-null.ts';
import { onlineAlter, onlineIndex } from './online.ts';
import { renameColumn } from './rename-column.ts';
import { renameTable } from './rename-table.ts';
import { volatileDefault } from './volatile-default.ts';

/** By the rule whose finding it answers. */
const byRule: Readonly<Record<string, (action: WrittenAction) => Replacement | null>> = {
  'blocks-writers': foreignKey,
  'volatile-default-rewrite': volatileDefault,
  'set-not-null': notNull,
  'rename-breaks-running-code': renameColumn,
};

/**
 * The safe sequence for each statement of a script for which there is one that holds on every server, or on the one
 * that is named. Throws InputError with every syntax problem.
 * @param serverVersion of the server that the script is for
 */
export async function findRewrites(source: SqlSource, serverVersion?: string): Promise<readonly Rewrite[]> {
  const statements = await analyze(source);
  const server = onlineServer(serverVersion);
  return statements.flatMap((statement) => rewriteOf(statement, server) ?? []);
}

function rewriteOf(statement: Statement, server: OnlineServer | null): Rewrite | null {
  const actions = actionsOf(statement);
  const online = onlineAlter(actions) ?? onlineIndex(statement);
  if (online !== null) return asRewrite(statement, ['blocks-writers'], online);
  const renamed = renameTable(statement);
  if (renamed !== null) return asRewrite(statement, ['rename-breaks-running-code'], renamed);
  const hidden = server === null ? null : hideIndex(statement, server);
  if (hidden !== null) return asRewrite(statement, ['index-drop'], hidden);
  // What else its author has said of how to do it holds for all of it together.
  if (actions.some(({ action }) => action.does === 'clause')) return null;
  const found = actions.flatMap((action) => replace(action) ?? []);
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) return null;
  const others = actions.filter(({ text }) => text !== only.action.text);
  const before =
    others.length === 0 ? [] : [`${only.action.prefix} ${others.map(({ text }) => text).join(', ')}`];
  const { statements } = only.replacement;
  return asRewrite(statement, [only.rule], { ...only.replacement, statements: [...before, ...statements] });
}

/** One of a statement: two would each want a backfill, and which comes first is a person’s to say. */
function replace(
  action: WrittenAction,
): { readonly rule: string; readonly action: WrittenAction; readonly replacement: Replacement } | null {
  for (const [rule, rewrite] of Object.entries(byRule)) {
    const replacement = rewrite(action);
    if (replacement !== null) return { rule, action, replacement };
  }
  return null;
}

const asRewrite = (
  { text, position }: Statement,
  rules: readonly string[],
  { statements, later, why }: Replacement,
): Rewrite => ({
  rules,
  position,
  original: text,
  statements,
  ...(later === undefined ? {} : { later }),
  why,
});
