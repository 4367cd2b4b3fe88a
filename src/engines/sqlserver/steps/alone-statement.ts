import { analyze } from '../analysis/analyze.ts';
import { withOptions } from '../analysis/cursor.ts';
import { isBlank, lex } from '../analysis/lexer.ts';
import { operationOf } from '../online/operation.ts';

/** What has to be known of a statement outside transactions to find out later whether it took effect. */
export type AloneStatement =
  /** A build of an index or of a constraint's index, which the catalogue shows when it has ended. */
  | {
      readonly does: 'build';
      readonly what: 'index' | 'constraint';
      readonly name: string;
      readonly table: string;
      readonly resumable: boolean;
      /** The author has guarded it: what is there already is no error. */
      readonly hedged: boolean;
    }
  /** Doing it twice is doing it once, and where it was paused it is taken up again. */
  | { readonly does: 'rebuild'; readonly table: string; readonly resumable: boolean }
  | { readonly does: 'repeatable' }
  /** Nobody can tell afterwards whether it was done. */
  | { readonly does: 'unverifiable' };

const repeatable = /^\s*(ALTER\s+DATABASE|ALTER\s+INDEX|UPDATE\s+STATISTICS|CHECKPOINT|DBCC|RECONFIGURE)\b/i;

/** Reads a statement as far as its heads go; the server will parse it in full. */
export function readAloneStatement(text: string): AloneStatement {
  const operation = operationOf(text);
  const resumable = isResumable(text);
  if (operation?.kind === 'rebuild') return { does: 'rebuild', table: operation.table, resumable };
  const made = analyze({ path: 'step', text }).flatMap(({ effects }) => effects);
  for (const effect of made) {
    if (effect.does !== 'create') continue;
    const { object, hedged } = effect;
    if (object.type !== 'index' && object.type !== 'constraint') continue;
    if (object.table === undefined) continue;
    const { type: what, name, table } = object;
    return { does: 'build', what, name, table, resumable, hedged: hedged === true };
  }
  return repeatable.test(text) ? { does: 'repeatable' } : { does: 'unverifiable' };
}

/** The server goes on with it after an interruption, from where it was. */
export const isResumable = (text: string): boolean =>
  withOptions(lex(text).filter((token) => !isBlank(token))).get('RESUMABLE') === 'ON';
