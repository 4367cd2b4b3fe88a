import type { Node } from './grammar.ts';

/** What a session has SET when a batch begins. */
export interface SetOptions {
  readonly quotedIdentifier: boolean;
  readonly ansiNulls: boolean;
  readonly xactAbort: boolean;
}

const names: Readonly<Record<string, keyof SetOptions>> = {
  QUOTED_IDENTIFIER: 'quotedIdentifier',
  ANSI_NULLS: 'ansiNulls',
  XACT_ABORT: 'xactAbort',
};

/** Follows SET from batch to batch: what one switches stays so for those after it. */
export class BatchOptions {
  /** As drivers switch them; XACT_ABORT is switched on by Lockkeeper. */
  current: SetOptions = { quotedIdentifier: true, ansiNulls: true, xactAbort: true };

  read(nodes: readonly Node[]): void {
    for (const { kind, tokens } of nodes) {
      const words = tokens.map(({ value }) => value);
      const state = words.at(-1);
      if (kind !== 'plain' || words[0] !== 'SET' || (state !== 'ON' && state !== 'OFF')) continue;
      for (const word of words.slice(1, -1)) {
        const option = names[word];
        if (option !== undefined) this.current = { ...this.current, [option]: state === 'ON' };
        // Seven options in one, among them these two.
        if (word === 'ANSI_DEFAULTS')
          this.current = { ...this.current, quotedIdentifier: state === 'ON', ansiNulls: state === 'ON' };
      }
    }
  }
}
