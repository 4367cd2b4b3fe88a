import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestServer } from '../support.ts';
import { Replacing } from './replacing.ts';
import { books, Writers } from './writers.ts';

/** `LOCKKEEPER_HISTORY_SEEDS=1-500` for more of them; a seed that fails, fails again. */
const [first = 1, last = 2] = (process.env.LOCKKEEPER_HISTORY_SEEDS ?? '1-2').split('-').map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterEach(() => server.closeAll());
afterAll(() => server.stop());

const replace = `
table: books
alter:
  - ALTER TABLE books ALTER COLUMN id TYPE bigint
  - ALTER TABLE books ADD COLUMN heading text
  - ALTER TABLE books ADD COLUMN size int NOT NULL DEFAULT 0
up: { heading: "upper(title)", size: length(title) }
batch: { rows: 50 }`;

it.each(seeds)(
  'every acknowledged write is there after the swap, the way back and the contract: seed %i',
  { timeout: 60_000 },
  async (seed) => {
    const database = await server.database();
    await database.query(books);
    const writers = await Writers.start(database, seed);
    await writers.more(5);
    const replacing = await Replacing.begin(database, replace);
    await replacing.steps('expand');
    await replacing.carry('copy', 60);
    expect(await replacing.carry('compare', 200)).toMatchObject({ changed: 0 });
    await replacing.steps('switch');
    await writers.more(15);
    if (seed % 2 === 0) await replacing.steps('contract');
    else await replacing.undo();
    await writers.more(5);
    const { acknowledged } = await writers.check(database);
    expect(acknowledged).toBeGreaterThan(6 * 25);
    expect(
      await database.value(
        'SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = $1::regclass AND attnum = 1',
        ['books'],
      ),
    ).toBe(seed % 2 === 0 ? 'bigint' : 'integer');
  },
);
