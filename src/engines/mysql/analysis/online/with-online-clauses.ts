import type { Action } from '../action.ts';
import { alterActions } from '../alter-actions.ts';
import { Cursor, Unread } from '../cursor.ts';
import { indexParts } from '../table-elements.ts';
import { tokensOf, UnfinishedText } from '../tokens.ts';
import { isConditional, type OperationName, type Way, wayOf } from './operations.ts';
import { operationsOf } from './operations-of.ts';
import { isAtLeast, type OnlineServer } from './version.ts';

/**
 * The statement with the ALGORITHM and LOCK clauses of the best way that this server knows, so that it refuses
 * (errors 1845, 1846) instead of copying the table while writers wait. A statement is left as it is where its author
 * has said ALGORITHM or LOCK, where nothing but a copy will do (which the plan has told), and where it is not one
 * that changes a table or makes an index. DROP INDEX never copies, and MariaDB takes no clause with it.
 */
export function withOnlineClauses(text: string, server: OnlineServer): string {
  return onlineAttempts(text, server)[0] ?? text;
}

/**
 * All ways to be tried, the best first: after 1845, 1846 or 4092 (the rows' instant versions are used up) comes the next.
 * After the last refusal there is only a copy. Empty where the statement is to be left as it is.
 */
export function onlineAttempts(text: string, server: OnlineServer): readonly string[] {
  const change = changeOf(text);
  if (change === null || change.operations.length === 0) return [];
  const ways = change.operations.map((name) => wayOf(name, server));
  if (ways.some(({ algorithm }) => algorithm === 'COPY' || algorithm === 'UNSAID')) return [];
  const attempts: string[] = [];
  const instant = ways.every(({ algorithm }) => algorithm === 'INSTANT');
  if (instant) attempts.push(change.with(['ALGORITHM=INSTANT']));
  // What has to be known of the old column may also allow less than the best.
  if (!instant || change.operations.some((name) => isConditional(name) || fallsBack(name, server))) {
    attempts.push(change.with(['ALGORITHM=INPLACE', ...lockClause(ways)]));
  }
  return attempts;
}

/** MySQL rebuilds in place when a row cannot take another instant version. */
const fallsBack = (name: OperationName, server: OnlineServer): boolean =>
  !server.isMariaDb && isAtLeast(server, '8.0.29') && /^(?:add|drop)-column/.test(name);

function lockClause(ways: readonly Way[]): readonly string[] {
  if (ways.some(({ algorithm, lock }) => algorithm === 'INPLACE' && lock === null)) return [];
  return [ways.some(({ lock }) => lock === 'SHARED') ? 'LOCK=SHARED' : 'LOCK=NONE'];
}

interface Change {
  readonly operations: readonly OperationName[];
  /** The text with clauses added. */
  with(clauses: readonly string[]): string;
}

function changeOf(text: string): Change | null {
  try {
    const cursor = new Cursor(tokensOf(text));
    if (cursor.accept('ALTER')) return alteration(text, cursor);
    if (cursor.accept('CREATE')) return indexCreation(text, cursor);
    return null;
  } catch (error) {
    if (error instanceof Unread || error instanceof UnfinishedText) return null;
    throw error;
  }
}

function alteration(text: string, cursor: Cursor): Change | null {
  // ONLINE is MariaDB's word for LOCK=NONE, IGNORE an old one for lost rows.
  if (!cursor.accept('TABLE')) return null;
  cursor.ifExists();
  cursor.qualifiedName();
  if (cursor.accept('WAIT')) cursor.take();
  else cursor.accept('NOWAIT');
  const actions = alterActions(cursor);
  if (actions.length === 0 || actions.some(saysHow)) return null;
  return { operations: operationsOf(actions), with: (clauses) => `${text}, ${clauses.join(', ')}` };
}

const saysHow = (action: Action): boolean => action.does === 'clause' && action.name !== 'VALIDATION';

function indexCreation(text: string, cursor: Cursor): Change | null {
  if (cursor.accept('OR', 'REPLACE')) return null;
  const kind = cursor.acceptAny(['UNIQUE', 'FULLTEXT', 'SPATIAL']);
  if (!cursor.accept('INDEX')) return null;
  cursor.ifNotExists();
  cursor.name();
  if (cursor.accept('USING')) cursor.take();
  cursor.expect('ON');
  cursor.qualifiedName();
  indexParts(cursor);
  cursor.end();
  const operation =
    kind === 'FULLTEXT' ? 'add-fulltext-index' : kind === 'SPATIAL' ? 'add-spatial-index' : 'add-index';
  return { operations: [operation], with: (clauses) => `${text} ${clauses.join(' ')}` };
}
