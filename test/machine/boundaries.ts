import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Delivery } from '../../src/local/lambda/hosts.ts';
import type { InvocationResult } from '../../src/local/lambda/invoker.ts';
import type { Fault } from '../../src/local/lambda/process.ts';

/** Where an invocation came past: a side of one of its effects. */
export interface Passed {
  /** Which invocation of the run: function, what it was asked, and how often it had been asked that before. */
  readonly invocation: string;
  readonly side: 'before' | 'after' | 'reply';
  /** The effect, and how often this delivery of the invocation had come to it. */
  readonly effect: string;
  /** The fault struck here. */
  readonly struck: boolean;
}

/** One delivery whose process ends at the first of these places that it comes to. */
export const dieAt = (...places: readonly string[]): Fault => ({
  kind: 'with environment',
  environment: { LOCKKEEPER_FAULT_LOG: '/dev/null', LOCKKEEPER_FAULT_PLACES: JSON.stringify(places) },
});

/** The first batch of either worker is in. */
export const dieAfterFirstBatch = dieAt('after batch of b1-p0001 1', 'after batch of b1-p0002 1');

/** At which places an invocation may be struck, in the words of LOCKKEEPER_FAULT_PLACES. */
export type Strike = (invocation: string) => readonly string[];

/** The machines try eight times more; this leaves some for what goes wrong by itself. */
const STRIKES_AN_INVOCATION = 6;

/** Places faults in the deliveries of each invocation and writes down what they passed. */
export class Recorder {
  /** In the order in which the deliveries ended. */
  readonly passed: Passed[] = [];
  deliveries = 0;
  readonly #strike: Strike;
  readonly #folder = mkdtempSync(join(tmpdir(), 'lockkeeper-boundaries-'));
  readonly #asked = new Map<string, number>();
  /** By invocation, the places at which it was struck: a retry is struck further on. */
  readonly #struck = new Map<string, readonly string[]>();
  /** Invocations whose last delivery failed: the next one of the same question is their retry. */
  readonly #failed = new Map<string, string>();
  readonly #underWay = new Map<number, { readonly key: string; readonly invocation: string }>();

  constructor(strike: Strike) {
    this.#strike = strike;
  }

  readonly faults = (delivery: Delivery): Fault => {
    const key = keyOf(delivery);
    const invocation = this.#failed.get(key) ?? this.#nameOf(delivery);
    this.#failed.delete(key);
    this.deliveries += 1;
    this.#underWay.set(delivery.sequence, { key, invocation });
    const struck = this.#struck.get(invocation) ?? [];
    const spent = struck.length >= STRIKES_AN_INVOCATION;
    const places = spent ? [] : this.#strike(invocation).filter((place) => !struck.includes(place));
    const environment = {
      LOCKKEEPER_FAULT_LOG: this.#fileOf(delivery),
      LOCKKEEPER_FAULT_PLACES: JSON.stringify(places),
    };
    return { kind: 'with environment', environment };
  };

  readonly onDelivered = (delivery: Delivery, result: InvocationResult): void => {
    const known = this.#underWay.get(delivery.sequence);
    if (known === undefined) return;
    const { key, invocation } = known;
    this.#underWay.delete(delivery.sequence);
    if (!result.ok) this.#failed.set(key, invocation);
    const passed = this.#read(delivery, invocation);
    const struck = passed.filter((one) => one.struck).map(({ side, effect }) => `${side} ${effect}`);
    this.#struck.set(invocation, [...(this.#struck.get(invocation) ?? []), ...struck]);
    this.passed.push(...passed);
  };

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #nameOf(delivery: Delivery): string {
    const asked = `${delivery.functionName.replace('lockkeeper-', '')}${questionOf(delivery.payload)}`;
    const count = (this.#asked.get(asked) ?? 0) + 1;
    this.#asked.set(asked, count);
    return `${asked} #${count}`;
  }

  #fileOf({ sequence }: Delivery): string {
    return join(this.#folder, String(sequence));
  }

  #read(delivery: Delivery, invocation: string): Passed[] {
    return readLines(this.#fileOf(delivery)).map((line) => {
      const [side, effect, count, fate] = line.split('\t');
      return {
        invocation,
        side: side as Passed['side'],
        effect: `${effect} ${count}`,
        struck: fate === 'struck',
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
