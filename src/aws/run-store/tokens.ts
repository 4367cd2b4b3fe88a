import type { GateName } from '../../app/ports/run-store.ts';
import type { RunId } from '../../core/ids.ts';
import { runKey, tokenKey, tokenPrefix } from './schema.ts';
import type { Table } from './table.ts';

/** Task tokens of waiting states. Nothing here, nor any error, shows one. */
export class Tokens {
  readonly #table: Table;
  readonly #suffix: () => string;

  /** @param suffix unique each time it is called */
  constructor(table: Table, suffix: () => string) {
    this.#table = table;
    this.#suffix = suffix;
  }

  async put(runId: RunId, gate: GateName, slot: string, token: string): Promise<void> {
    await this.#table.put(tokenKey(runId, gate, slot), { slot, token });
  }

  /**
   * A token goes to the taker that writes its mark first. Marking before deleting means that the SDK's own
   * second try after a lost reply finds its own mark, where a second delete would find nothing.
   */
  async take(runId: RunId, gate: GateName): Promise<readonly { slot: string; token: string }[]> {
    const mark = this.#suffix();
    const taken: { slot: string; token: string }[] = [];
    for (const { slot: name } of await this.#table.list(runKey(runId).pk, tokenPrefix(gate))) {
      const slot = String(name);
      const key = tokenKey(runId, gate, slot);
      const item = await this.#table.update(key, {
        UpdateExpression: 'SET takenBy = :mark',
        ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(takenBy) OR takenBy = :mark)',
        ExpressionAttributeValues: { ':mark': mark },
      });
      if (item === null) continue;
      // A new token put into the slot meanwhile bears no mark and stays.
      await this.#table.deleteWhile(key, 'takenBy', mark);
      taken.push({ slot, token: String(item.token) });
    }
    return taken;
  }
}
