import type { SessionTag } from '../../../app/ports/engine.ts';
import type { Session } from './session.ts';

/** The way to one database, whatever the transport. */
export interface Link extends Session {
  readonly runId: SessionTag['runId'];
  readonly signal: AbortSignal;
  /** Process ids of the sessions it keeps open. */
  pids(): readonly number[];
  /** Repeats `act` once when its reply was lost; only for what is the same done twice. */
  repeatably<T>(act: () => Promise<T>): Promise<T>;
  /** The rows of someone else's query, in a read-only transaction. */
  readOnly<Row>(query: string): Promise<readonly Row[]>;
}
