import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleTable } from './rules/table.ts';

/** The examples of every rule of PostgreSQL, by its name. */
export async function ruleTables(): Promise<ReadonlyMap<string, RuleTable>> {
  const folder = join(import.meta.dirname, 'rules');
  const files = (await readdir(folder)).filter((name) => name !== 'table.ts').toSorted();
  const entries = files.map(async (name): Promise<[string, RuleTable]> => {
    const { table } = (await import(join(folder, name))) as { readonly table: RuleTable };
    return [name.replace(/\.ts$/, ''), table];
  });
  return new Map(await Promise.all(entries));
}
