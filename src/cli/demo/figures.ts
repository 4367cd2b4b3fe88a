/** What the writers went through, measured by them. Latencies are those of acknowledged statements. */
export interface WriterFigures {
  readonly acknowledged: number;
  /** Refused by the server: certainly not done. */
  readonly failed: number;
  /** Whose reply was lost with the connection: done or not, nobody knows. */
  readonly ambiguous: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The longest that a single statement took or, still under way, has taken so far. */
  readonly maxBlockedMs: number;
  /** The longest that one writer was without a connection. */
  readonly longestOutageMs: number;
  /** Failed writes by the server's code. */
  readonly failures: Readonly<Record<string, number>>;
}

/** A place in the measurements from which figures can be taken later. */
export interface Mark {
  readonly latencies: number;
  readonly blocked: number;
  readonly failures: number;
  readonly outages: number;
  readonly ambiguous: number;
}

/** Collects measurements of all writers. */
export class Measurements {
  readonly #latencies: number[] = [];
  readonly #blocked: number[] = [];
  readonly #failures: string[] = [];
  readonly #outages: number[] = [];
  readonly #spans: { readonly from: number; readonly to: number }[] = [];
  readonly #underWay = new Set<number>();
  #ambiguous = 0;

  /** Measures one statement; answers how to end it. `now` is a monotonic clock in milliseconds. */
  begin(now: number): { end(now: number, outcome: 'acknowledged' | 'ambiguous' | { failed: string }): void } {
    // Two statements may begin in the same instant: a set keeps one, which is all that the longest wait needs.
    this.#underWay.add(now);
    return {
      end: (ended, outcome) => {
        this.#underWay.delete(now);
        this.#blocked.push(ended - now);
        this.#spans.push({ from: now, to: ended });
        if (outcome === 'acknowledged') this.#latencies.push(ended - now);
        else if (outcome === 'ambiguous') this.#ambiguous++;
        else this.#failures.push(outcome.failed);
      },
    };
  }

  outage(ms: number): void {
    this.#outages.push(ms);
  }

  /** The longest that a statement took which was under way at some time between two instants. */
  longestBetween(from: number, to: number): number {
    const met = this.#spans.filter((span) => span.to >= from && span.from <= to);
    return round(largest(met.map((span) => span.to - span.from)));
  }

  mark(): Mark {
    return {
      latencies: this.#latencies.length,
      blocked: this.#blocked.length,
      failures: this.#failures.length,
      outages: this.#outages.length,
      ambiguous: this.#ambiguous,
    };
  }

  figures(now: number, since: Mark = beginning): WriterFigures {
    const latencies = this.#latencies.slice(since.latencies).toSorted((a, b) => a - b);
    const waits = [...this.#underWay].map((begun) => now - begun);
    const failures = this.#failures.slice(since.failures);
    return {
      acknowledged: latencies.length,
      failed: failures.length,
      ambiguous: this.#ambiguous - since.ambiguous,
      p50Ms: round(percentile(latencies, 0.5)),
      p99Ms: round(percentile(latencies, 0.99)),
      maxBlockedMs: round(largest([...this.#blocked.slice(since.blocked), ...waits])),
      longestOutageMs: round(largest(this.#outages.slice(since.outages))),
      failures: countEach(failures),
    };
  }
}

const beginning: Mark = { latencies: 0, blocked: 0, failures: 0, outages: 0, ambiguous: 0 };

/** Nearest rank; 0 where there is nothing. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

// Not Math.max(...values): a demo has more values than a call takes arguments.
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);

const round = (ms: number): number => Math.round(ms * 100) / 100;

function countEach(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
