import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DynamoDbService } from '../../../src/local/dynamodb/service.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockkeeper-dynamodb-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => DynamoDbService.open({ region: 'us-east-1', folder: join(folder, 'tables') });

it('a folder of tables is for one at a time', async () => {
  const first = await open();
  await expect(open()).rejects.toMatchObject({ name: 'FatalError', code: 'state-locked' });
  await first.stop();
  await (await open()).stop();
});

it('tables that cannot be opened are an error that can be caught, and leave the folder free', async () => {
  await (await open()).stop();
  const tables = join(folder, 'tables');
  const [manifest = ''] = (await readdir(tables)).filter((name) => name.startsWith('MANIFEST'));
  await truncate(join(tables, manifest));
  await writeFile(join(tables, 'CURRENT'), 'nonsense');
  await expect(open()).rejects.toMatchObject({ name: 'FatalError', code: 'bad-state' });
  await rm(tables, { recursive: true });
  await (await open()).stop();
});
