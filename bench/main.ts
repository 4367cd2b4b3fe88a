import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchDatabases } from './databases.ts';
import { backfill, type Ground, layTable, oneUpdate, openGround } from './ground.ts';
import { measureReplacement } from './replacing.ts';
import { measureWriters } from './writers.ts';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    engine: { type: 'string', default: 'postgres' },
    only: { type: 'string', multiple: true },
  },
});
/** A tenth of the rows, to see that the benchmark works; its figures mean nothing and are not kept. */
const { quick, engine } = options;
/** Medians of so many rounds, each on a fresh table. */
const rounds = Number(options.rounds);
const scale = quick ? 10 : 1;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const round = (value: number): number => Math.round(value * 100) / 100;

/** What is compared with one `UPDATE` of the table, by the name of its ratio. */
const backfills = {
  oneWorkerOfUpdate: { workers: 1, pace: 1 },
  twoWorkersOfUpdate: { workers: 2, pace: 1 },
  oneWorkerWithoutTriggers: { workers: 1, pace: 1, keepCurrent: false },
  twoWorkersWithoutTriggers: { workers: 2, pace: 1, keepCurrent: false },
} as const;

async function speed(ground: Ground, rows: number) {
  const rates = new Map<string, number[]>();
  const note = (name: string, rate: number) => rates.set(name, [...(rates.get(name) ?? []), rate]);
  const medianOf = (name: string) => median(rates.get(name) ?? []);
  // Interleaved, so that a slow minute of the machine hits all alike.
  for (let index = 0; index < rounds; index++) {
    await layTable(ground, rows);
    note('update', rows / (await oneUpdate(ground)));
    for (const [name, settings] of Object.entries(backfills)) {
      await layTable(ground, rows);
      const result = await backfill(ground, settings);
      note(name, result.rows / result.seconds);
    }
    const figures = [...rates].map(([name, values]) => `${name} ${Math.round(values.at(-1) ?? 0)}`);
    say(`  round ${index + 1}, rows/s: ${figures.join(', ')}`);
  }
  const limit = medianOf('update');
  return {
    rows,
    updateRowsPerSecond: Math.round(limit),
    ...Object.fromEntries(Object.keys(backfills).map((name) => [name, round(medianOf(name) / limit)])),
  };
}

async function growth(ground: Ground, few: number, many: number) {
  const rates = new Map<number, number[]>([
    [few, []],
    [many, []],
  ]);
  const peaks = new Map<number, number>();
  for (let index = 0; index < rounds; index++) {
    for (const [rows, figures] of rates) {
      await layTable(ground, rows);
      ground.takePeakMb();
      const result = await backfill(ground, { workers: 1, pace: 1 });
      figures.push(result.rows / result.seconds);
      peaks.set(rows, Math.max(peaks.get(rows) ?? 0, ground.takePeakMb()));
      say(
        `  round ${index + 1}: ${rows} rows at ${Math.round(figures.at(-1) ?? 0)} rows/s, peak ${peaks.get(rows)} MB`,
      );
    }
  }
  return {
    few,
    many,
    manyOfFew: round(median(rates.get(many) ?? []) / median(rates.get(few) ?? [])),
    peakMbFew: peaks.get(few),
    peakMbMany: peaks.get(many),
  };
}

function isKnown(name: string): name is keyof typeof benchDatabases {
  return name in benchDatabases;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

if (!isKnown(engine)) throw new Error(`--engine ${engine}: one of ${Object.keys(benchDatabases).join(', ')}`);
const database = benchDatabases[engine];
const only = options.only ?? database.parts;
const ground = await openGround(database);
try {
  const [row] = await ground.query(database.version);
  const parts = {
    speed: () => speed(ground, 1_000_000 / scale),
    growth: () => growth(ground, 100_000 / scale, 3_000_000 / scale),
    writers: () => measureWriters(ground, 1_000_000 / scale, rounds, say),
    replacement: () => measureReplacement(ground, 1_000_000 / scale, rounds, say),
  };
  const figures: Record<string, unknown> = {};
  for (const [name, measure] of Object.entries(parts)) {
    if (!only.includes(name) || !database.parts.includes(name)) continue;
    say(name);
    figures[name] = await measure();
  }
  const result = {
    at: new Date().toISOString(),
    machine: {
      cpus: cpus().length,
      model: cpus()[0]?.model,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()} ${arch()}`,
    },
    versions: {
      node: process.version,
      [engine === 'postgres' ? 'postgresql' : engine]: String(row?.version),
    },
    rounds,
    quick,
    ...figures,
  };
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (!quick && options.only === undefined) {
    const folder = join('bench', 'results');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, `${result.at.slice(0, 10)}${engine === 'postgres' ? '' : `-${engine}`}.json`),
      `${JSON.stringify(result, null, 2)}\n`,
    );
  }
} finally {
  await ground.close();
}
