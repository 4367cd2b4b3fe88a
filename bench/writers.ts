import pg from 'pg';
import { backfill, type Ground, layTable } from './ground.ts';

/** Single-row updates by primary key, as an application makes them. */
const clients = 4;
const pauseMs = 10;
const quietMs = 10_000;

/** p99 of the application's writes without and beside a backfill at the default pace. */
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
    beside.push(await writing(ground, rows, () => backfill(ground, { workers: 1, pace: defaultPace })));
    say(
      `  round ${index + 1}: p99 ${quiet.at(-1)?.toFixed(1)} ms without, ${beside.at(-1)?.toFixed(1)} ms beside it`,
    );
  }
  const middle = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return {
    pace: defaultPace,
    p99MsWithout: Math.round(middle(quiet) * 10) / 10,
    p99MsBeside: Math.round(middle(beside) * 10) / 10,
    besideOfWithout: Math.round((100 * middle(beside)) / middle(quiet)) / 100,
  };
}

const defaultPace = 0.5;

async function writing(ground: Ground, rows: number, meanwhile: () => Promise<unknown>): Promise<number> {
  const latencies: number[] = [];
  let over = false;
  const writer = async (number: number) => {
    const client = new pg.Client(ground.config);
    await client.connect();
    try {
      for (let turn = 0; !over; turn++) {
        // Spread over the table by a stride that is prime to its size.
        const id = ((number * 7_919 + turn * 104_729) % rows) + 1;
        const startedAt = performance.now();
        await client.query('UPDATE accounts SET email = email WHERE id = $1', [id]);
        latencies.push(performance.now() - startedAt);
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    } finally {
      await client.end();
    }
  };
  const writers = Array.from({ length: clients }, (_, number) => writer(number));
  await meanwhile();
  over = true;
  await Promise.all(writers);
  return latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? Number.NaN;
}
