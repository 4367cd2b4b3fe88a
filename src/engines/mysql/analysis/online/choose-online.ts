import type { Action } from '../action.ts';
import { alterActions } from '../alter-actions.ts';
import { Cursor, Unread } from '../cursor.ts';
import { indexParts } from '../table-elements.ts';
import { tokensOf, UnfinishedText } from '../tokens.ts';
import { type OperationName, type Way, wayOf } from './operations.ts';
import { operationsOf } from './operations-of.ts';
import { isAtLeast, type OnlineServer } from './version.ts';

/** How a server is asked to carry out a statement. */
export interface OnlineChoice {
  readonly table: string;
  /** What is sent, the best first: the next one after a refusal (1845, 1846, 4092), after the last one nothing. */
  readonly attempts: readonly string[];
  /** The clauses that each attempt adds. */
  readonly clauses: readonly string[];
  /** Those of its operations that keep it from being done at once; all of them where nothing does. */
  readonly because: readonly OperationName[];
  /** Of the instant changes that the rows of the table take, how many are left; null where it does not matter. */
  readonly instantChangesLeft: number | null;
}

/**
 * Adds the ALGORITHM and LOCK clauses of the best ways that this server knows, so that it refuses instead of copying
 * the table while writers wait. Null where the statement is to be left as it is: where its author has said ALGORITHM or
 * LOCK, where nothing but a copy will do (which a finding tells), and where it is not one that changes a table or makes
 * an index. DROP INDEX never copies, and MariaDB takes no clause with it.
 * @param instantChangesLeft of a table, null where they are not limited
 */
export function chooseOnline(
  text: string,
  server: OnlineServer,
  instantChangesLeft: (table: string) => number | null = () => null,
): OnlineChoice | null {
  const change = changeOf(text);
  if (change === null || change.operations.length === 0) return null;
  const ways = change.operations.map((name) => wayOf(name, server));
  if (ways.some(({ algorithm }) => algorithm === 'COPY' || algorithm === 'UNSAID')) return null;
  const left = change.operations.some(movesColumns) ? instantChangesLeft(change.table) : null;
  const lock = lockClause(ways);
  const attempts: (readonly string[])[] = [];
  const instant = ways.every(isInstant);
  if (left !== 0 && instant) attempts.push(['ALGORITHM=INSTANT']);
  // A column that comes or goes is a rebuild where it cannot be instant, for what is done with it.
  const rebuilds = ways.some((way) => way.rebuilds) || (!instant && change.operations.some(movesColumns));
  if (knowsNoCopy(server) && !rebuilds) {
    attempts.push(['ALGORITHM=NOCOPY', ...lock]);
  }
  // What the text does not tell (the old column, a full-text index) may allow less than the best.
  attempts.push(['ALGORITHM=INPLACE', ...lock]);
  const slow = change.operations.filter((_, index) => ways[index]?.algorithm !== 'INSTANT');
  return {
    table: change.table,
    attempts: attempts.map((clauses) => change.with(clauses)),
    clauses: attempts.map((clauses) => clauses.join(', ')),
    because: slow.length > 0 ? slow : change.operations,
    instantChangesLeft: left,
  };
}

const isInstant = ({ algorithm }: Way): boolean => algorithm === 'INSTANT';

/** MySQL gives the rows of a table a new version each time and, when none is left, writes them anew. */
const movesColumns = (name: OperationName): boolean => /^(?:add|drop)-column/.test(name);

/** MariaDB: in place, but without writing the rows anew. */
const knowsNoCopy = (server: OnlineServer): boolean => server.isMariaDb && isAtLeast(server, '10.3.7');

function lockClause(ways: readonly Way[]): readonly string[] {
  if (ways.some(({ algorithm, lock }) => algorithm === 'INPLACE' && lock === null)) return [];
  return [ways.some(({ lock }) => lock === 'SHARED') ? 'LOCK=SHARED' : 'LOCK=NONE'];
}

interface Change {
  readonly table: string;
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
  const table = cursor.qualifiedName();
  if (cursor.accept('WAIT')) cursor.take();
  else cursor.accept('NOWAIT');
  const actions = alterActions(cursor);
  if (actions.length === 0 || actions.some(saysHow)) return null;
  return {
    table,
    operations: operationsOf(actions),
    with: (clauses) => `${text}, ${clauses.join(', ')}`,
  };
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
  const table = cursor.qualifiedName();
  indexParts(cursor);
  cursor.end();
  const operation =
    kind === 'FULLTEXT' ? 'add-fulltext-index' : kind === 'SPATIAL' ? 'add-spatial-index' : 'add-index';
  return { table, operations: [operation], with: (clauses) => `${text} ${clauses.join(' ')}` };
}
