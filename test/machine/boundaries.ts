import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '../../src/local/lambda/hosts.ts';
import type { InvocationResult } from '../../src/local/lambda/invoker.ts';
import type { Fault } from '../../src/local/lambda/process.ts';

/** One side of one effect, as an invocation passed it. */
export interface Boundary {
  /** Which invocation of the run: function, what it was asked, and how often it had been asked that before. */
  readonly invocation: string;
  /** Counted from 1 within the invocation. */
  readonly ordinal: number;
  readonly side: 'before' | 'after' | 'reply';
  readonly effect: string;
  /** The fault struck here. */
  readonly struck: boolean;
}

/** Where to strike an invocation, in the words of LOCKKEEPER_FAULT; null lets it be. */
export type Strike = (invocation: string) => string | null;

/**
 * Places a fault in the first delivery of each invocation and leaves the machine's retries alone; writes down
 * every boundary that was passed.
 */
export class Recorder {
  /** In the order in which the deliveries ended; without those of retries. */
  readonly passed: Boundary[] = [];
  deliveries = 0;
  readonly #strike: Strike;
  readonly #folder = mkdtempSync(join(tmpdir(), 'lockkeeper-boundaries-'));
  readonly #seen = new Map<string, number>();
  readonly #failed = new Set<string>();
  readonly #underWay = new Map<number, { readonly key: string; readonly invocation: string | null }>();

  constructor(strike: Strike) {
    this.#strike = strike;
  }

  readonly faults = (delivery: Delivery): Fault => {
    const key = keyOf(delivery);
    const retry = this.#failed.delete(key);
    const invocation = retry ? null : this.#nameOf(delivery);
    this.deliveries += 1;
    this.#underWay.set(delivery.sequence, { key, invocation });
    const fault = invocation === null ? null : this.#strike(invocation);
    const environment = {
      LOCKKEEPER_FAULT_LOG: this.#fileOf(delivery),
      ...(fault === null ? {} : { LOCKKEEPER_FAULT: fault }),
    };
    return { kind: 'with environment', environment };
  };

  readonly onDelivered = (delivery: Delivery, result: InvocationResult): void => {
    const known = this.#underWay.get(delivery.sequence);
    if (known === undefined) return;
    this.#underWay.delete(delivery.sequence);
    if (!result.ok) this.#failed.add(known.key);
    if (known.invocation !== null) this.passed.push(...this.#read(delivery, known.invocation));
  };

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #nameOf(delivery: Delivery): string {
    const asked = `${delivery.functionName.replace('lockkeeper-', '')}${questionOf(delivery.payload)}`;
    const count = (this.#seen.get(asked) ?? 0) + 1;
    this.#seen.set(asked, count);
    return `${asked} #${count}`;
  }

  #fileOf({ sequence }: Delivery): string {
    return join(this.#folder, String(sequence));
  }

  #read(delivery: Delivery, invocation: string): Boundary[] {
    return readLines(this.#fileOf(delivery)).map((line) => {
      const [, ordinal, side, effect = '', fate] = line.split('\t');
      return {
        invocation,
        ordinal: Number(ordinal),
        side: side as Boundary['side'],
        effect,
        struck: fate !== '',
      };
    });
  }
}

/** The same for all deliveries of one invocation: a retried state has a new token, but the same question. */
function keyOf({ functionName, payload }: Delivery): string {
  const { taskToken: _, ...rest } = payload as Record<string, unknown>;
  return `${functionName} ${JSON.stringify(rest)}`;
}

/** What tells invocations of a function apart, whatever the run: ` contract`, ` b1-p0002`. */
function questionOf(payload: unknown): string {
  const told = ['when', 'purpose', 'phase', 'action', 'gate', 'slot', 'backfill', 'partition', 'verdict'];
  return Object.entries(payload as Record<string, unknown>)
    .filter(([name]) => told.includes(name))
    .map(([, value]) => ` ${value}`)
    .join('');
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
