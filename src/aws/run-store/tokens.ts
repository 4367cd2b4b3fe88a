import type { GateName } from '../../app/ports/run-store.ts';
import type { RunId } from '../../core/ids.ts';
import { runKey, tokenKey, tokenPrefix } from './schema.ts';
import type { Table } from './table.ts';

/** Task tokens of waiting states. Nothing here, nor any error, shows one. */
export class Tokens {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async put(runId: RunId, gate: GateName, slot: string, token: string): Promise<void> {
    await this.#table.put(tokenKey(runId, gate, slot), { slot, token }, `token of ${gate}`);
  }

  async list(runId: RunId, gate: GateName): Promise<readonly { slot: string; token: string }[]> {
    const items = await this.#table.list(runKey(runId).pk, tokenPrefix(gate));
    return items.map(({ slot, token }) => ({ slot: String(slot), token: String(token) }));
  }

  /** A new token put into the slot meanwhile stays. */
  async drop(runId: RunId, gate: GateName, slot: string, token: string): Promise<void> {
    await this.#table.deleteWhile(tokenKey(runId, gate, slot), 'token', token, `token of ${gate}`);
  }
}
