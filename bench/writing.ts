import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';

/** What the writing thread is given; told anything, it stops and answers its p99 in milliseconds. */
export interface WritingOrder {
  readonly config: pg.ClientConfig;
  readonly rows: number;
}

/** Single-row updates by primary key, as an application makes them. */
const clients = 4;
const pauseMs = 10;

const { config, rows } = workerData as WritingOrder;
const latencies: number[] = [];
let over = false;
parentPort?.once('message', () => {
  over = true;
});

async function write(number: number): Promise<void> {
  const client = new pg.Client(config);
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
}

await Promise.all(Array.from({ length: clients }, (_, number) => write(number)));
parentPort?.postMessage(
  latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
);
