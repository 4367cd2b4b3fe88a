import type { LoggedWrite } from './write-log.ts';

/** A row's revision, or null for no row. */
export type RowState = number | null;

/** What the log allows the row to be now, or why the writes themselves show that one was lost. */
export type Expectation =
  | { readonly is: 'unknown' }
  | { readonly is: 'one-of'; readonly states: readonly RowState[] }
  | { readonly is: 'contradiction'; readonly because: string };

/** For a database that was restored: which server it is, and up to when it must hold every write. */
export interface RestoredServer {
  /** Milliseconds since the epoch; writes acknowledged earlier are in the restore point. */
  readonly before: number;
  /** The restored server's number in the log; null when no writer has seen it yet. */
  readonly server: number | null;
}

type Possible = ReadonlySet<RowState> | null;

/**
 * Follows the writes of one row in their order. Each acknowledged write leaves one possible state and shows
 * which state it found; an ambiguous one adds a possibility. Writes that reached the old server after the
 * restore point may be in the restored database or not: every state on their way is allowed.
 */
export function expect(writes: readonly LoggedWrite[], restored?: RestoredServer): Expectation {
  let here: Possible = null;
  // States the restored server may have begun with, once writes have gone on beyond the restore point.
  let beyond: { states: Possible } | null = null;
  for (const write of writes) {
    const isKept = restored === undefined || write.at < restored.before || write.server === restored.server;
    if (isKept && beyond !== null) {
      here = beyond.states;
      beyond = null;
    }
    const found: Possible = here ?? stateBefore(write);
    const contradiction = contradictionOf(write, found);
    if (contradiction !== null) return { is: 'contradiction', because: contradiction };
    const after = stateAfter(write, found);
    if (!isKept) beyond = { states: union(beyond === null ? found : beyond.states, after) };
    here = after;
  }
  const possible = beyond === null ? here : beyond.states;
  return possible === null ? { is: 'unknown' } : { is: 'one-of', states: [...possible] };
}

/** What an acknowledged write says about the row it met, for rows of which nothing is known. */
function stateBefore(write: LoggedWrite): Possible {
  if (write.outcome === 'ambiguous') return null;
  switch (write.does) {
    case 'insert':
    case 'miss':
      return new Set([null]);
    case 'update':
      return write.revision === null ? null : new Set([write.revision - 1]);
    case 'delete':
      return null;
    default:
      return write.does satisfies never;
  }
}

function contradictionOf(write: LoggedWrite, found: Possible): string | null {
  if (write.outcome === 'ambiguous' || found === null) return null;
  switch (write.does) {
    case 'insert':
      return found.has(null) ? null : `its key was given out again while ${inWords(found)} was expected`;
    case 'miss':
      return found.has(null) ? null : `a writer did not find it while ${inWords(found)} was expected`;
    case 'update': {
      const met = (write.revision ?? 0) - 1;
      return found.has(met) ? null : `a writer found revision ${met} while ${inWords(found)} was expected`;
    }
    case 'delete':
      return [...found].some((state) => state !== null)
        ? null
        : 'it was there again after it had been deleted';
    default:
      return write.does satisfies never;
  }
}

function stateAfter(write: LoggedWrite, found: Possible): Possible {
  if (write.outcome === 'acknowledged') return new Set([write.revision]);
  return union(found, new Set([write.revision]));
}

const union = (a: Possible, b: Possible): Possible =>
  a === null || b === null ? null : new Set([...a, ...b]);

/** `revision 3 or no row`. */
export const inWords = (states: Iterable<RowState>): string =>
  [...states].map((state) => (state === null ? 'no row' : `revision ${state}`)).join(' or ');
