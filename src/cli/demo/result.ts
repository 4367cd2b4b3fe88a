import type { Verdict } from '../../core/lifecycle.ts';
import { renderTable } from '../render/table.ts';
import type { DemoScenario } from './scenarios.ts';
import type { SwapFigures } from './swaps.ts';

/** What one scenario came to; every figure was measured in that run. */
export interface ScenarioResult {
  readonly name: string;
  readonly verdict: Verdict;
  /** Why it ended so, in the run's own words. */
  readonly because: string | null;
  /** Visited by the backfills. */
  readonly rows: number;
  readonly seconds: number;
  /** Of the backfill phase. */
  readonly rowsPerSecond: number;
  readonly batches: number;
  readonly snapshotId: string | null;
  readonly fingerprintBefore: string | null;
  readonly fingerprintAfter: string | null;
  readonly writers: {
    readonly acknowledged: number;
    readonly failed: number;
    /** Acknowledged, and not in the tables; for a restore, of those before the recovery point. */
    readonly lost: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly maxBlockedMs: number;
  };
  /** Where a table took the place of another. */
  readonly swaps: readonly SwapFigures[];
  /** Between the recovery point and the swap; 0 where nothing was restored. */
  readonly secondsOfWritesLost: number;
}

/** The object that `lockkeeper demo --json` puts out. */
export interface DemoResult {
  readonly scenarios: readonly ScenarioResult[];
}

/** Every scenario ended as it has to and no write was lost. */
export const isProved = (result: DemoResult, played: readonly DemoScenario[]): boolean =>
  shortcomings(result, played).length === 0;

/** What is not as it has to be, in words. */
export function shortcomings({ scenarios }: DemoResult, played: readonly DemoScenario[]): string[] {
  return played.flatMap((scenario) => {
    const result = scenarios.find((candidate) => candidate.name === scenario.name);
    return result === undefined ? [`${scenario.name} was not played`] : shortcomingsOf(scenario, result);
  });
}

function shortcomingsOf(scenario: DemoScenario, result: ScenarioResult): string[] {
  const { name, expected } = scenario;
  const why = result.because === null ? '' : ` (${result.because})`;
  const wentBack = expected !== 'SUCCEEDED';
  const isSame = result.fingerprintBefore !== null && result.fingerprintBefore === result.fingerprintAfter;
  return [
    ...(result.verdict === expected
      ? []
      : [`${name} ended ${result.verdict}${why}; ${expected} was expected`]),
    ...(result.writers.acknowledged > 0 ? [] : [`${name}: no write was acknowledged, so nothing is proved`]),
    ...(result.writers.lost === 0 ? [] : [`${name} lost ${count(result.writers.lost)} acknowledged writes`]),
    ...(result.swaps.length === scenario.swaps
      ? []
      : [`${name}: tables were swapped ${result.swaps.length} times${why}; ${scenario.swaps} were expected`]),
    ...(!wentBack || isSame ? [] : [`${name}: the schema is not what it was before`]),
  ];
}

/** One column a scenario: it fits a narrow terminal. */
export function renderResult(result: DemoResult, played: readonly DemoScenario[]): string {
  const { scenarios } = result;
  const row = (title: string, cell: (scenario: ScenarioResult) => string): string[] => [
    title,
    ...scenarios.map(cell),
  ];
  const table = renderTable(
    ['', ...scenarios.map(({ name }) => name)],
    [
      row('verdict', ({ verdict }) => verdict),
      row('seconds', ({ seconds }) => seconds.toFixed(1)),
      row('rows backfilled', ({ rows }) => count(rows)),
      row('rows a second', ({ rowsPerSecond }) => count(rowsPerSecond)),
      row('batches', ({ batches }) => count(batches)),
      row('schema before', ({ fingerprintBefore }) => short(fingerprintBefore)),
      row('schema after', ({ fingerprintAfter }) => short(fingerprintAfter)),
      row('writes acknowledged', ({ writers }) => count(writers.acknowledged)),
      row('writes refused', ({ writers }) => count(writers.failed)),
      row('writes lost', ({ writers }) => count(writers.lost)),
      row('write p50 ms', ({ writers }) => writers.p50Ms.toFixed(1)),
      row('write p99 ms', ({ writers }) => writers.p99Ms.toFixed(1)),
      row('longest write ms', ({ writers }) => writers.maxBlockedMs.toFixed(1)),
      ...(scenarios.some(({ swaps }) => swaps.length > 0)
        ? [
            row('longest at swaps ms', ({ swaps }) =>
              swaps.map((swap) => swap.maxBlockedMs.toFixed(1)).join(', '),
            ),
          ]
        : [row('seconds given up', ({ secondsOfWritesLost }) => secondsOfWritesLost.toFixed(1))]),
    ],
    ['left', ...scenarios.map(() => 'right' as const)],
  );
  const missing = shortcomings(result, played);
  const end =
    missing.length === 0
      ? ['Every scenario ended as it had to, and no write was lost.']
      : ['Not as it has to be:', ...missing.map((text) => `  ${text}`)];
  return [table, '', ...snapshots(scenarios), ...end].join('\n');
}

function snapshots(scenarios: readonly ScenarioResult[]): string[] {
  const lines = scenarios.flatMap(({ name, snapshotId, verdict }) =>
    snapshotId === null
      ? []
      : [`${name}: snapshot ${snapshotId}${verdict === 'RESTORED' ? ', restored' : ''}`],
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

const count = (value: number): string => value.toLocaleString('en-US');

const short = (fingerprint: string | null): string => fingerprint?.slice(0, 12) ?? '–';
