import { Worker } from 'node:worker_threads';
import { backfill, type Ground, layTable } from './ground.ts';
import type { WritingOrder } from './writing.ts';

const quietMs = 10_000;

/** p99 of the application's writes without and beside a backfill that takes half of the time. */
export async function measureWriters(
  ground: Ground,
  rows: number,
  rounds: number,
  say: (line: string) => void,
) {
  const quiet: number[] = [];
  const beside: number[] = [];
  for (let index = 0; index < rounds; index++) {
    await layTable(ground, rows);
    quiet.push(await writing(ground, rows, () => new Promise((resolve) => setTimeout(resolve, quietMs))));
    await layTable(ground, rows);
    beside.push(await writing(ground, rows, () => backfill(ground, { workers: 1, pace: halfPace })));
    say(
      `  round ${index + 1}: p99 ${quiet.at(-1)?.toFixed(1)} ms without, ${beside.at(-1)?.toFixed(1)} ms beside it`,
    );
  }
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return {
    pace: halfPace,
    p99MsWithout: Math.round(middle(quiet) * 10) / 10,
    p99MsBeside: Math.round(middle(beside) * 10) / 10,
    besideOfWithout: Math.round((100 * middle(beside)) / middle(quiet)) / 100,
  };
}

const halfPace = 0.5;

/**
 * The application is a thread of its own: on the thread of the local cloud its latencies would be those of
 * our event loop.
 */
async function writing(ground: Ground, rows: number, meanwhile: () => Promise<unknown>): Promise<number> {
  const order: WritingOrder = { config: ground.config, rows };
  const worker = new Worker(new URL('./bench-writing.mjs', import.meta.url), { workerData: order });
  const p99 = new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await meanwhile();
  worker.postMessage('enough');
  return p99;
}
