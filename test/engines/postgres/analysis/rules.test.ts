import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatabaseFacts } from '../../../../src/app/ports/engine.ts';
import type { Severity } from '../../../../src/core/analysis/statement.ts';
import { analyze } from '../../../../src/engines/postgres/analysis/analyze.ts';
import { rules } from '../../../../src/engines/postgres/analysis/rules/all.ts';
import { ruleTables } from './rule-tables.ts';

const repository = join(import.meta.dirname, '../../../..');
const namesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));

const tables = await ruleTables();

async function severityOf(rule: string, text: string, facts?: DatabaseFacts): Promise<Severity | null> {
  const statements = await analyze({ path: 'V1.sql', text }, facts);
  const found = statements.flatMap(({ findings }) => findings).filter((finding) => finding.rule === rule);
  return found[0]?.severity ?? null;
}

describe.each(rules.map(({ rule }) => rule))('$id', ({ id }) => {
  const table = tables.get(id);

  it.each(table?.finds ?? [])('finds: %s', async (sql) => {
    expect(await severityOf(id, sql)).not.toBeNull();
  });

  it.each(table?.passes ?? [])('lets pass: %s', async (sql) => {
    expect(await severityOf(id, sql)).toBeNull();
  });

  it.each((table?.known ?? []).map((one) => [one.sql, one.severity, one.facts] as const))(
    'with facts: %s: %s',
    async (sql, severity, facts) => {
      expect(await severityOf(id, sql, facts)).toBe(severity);
    },
  );
});

describe('every rule', () => {
  const ids = rules.map(({ rule }) => rule.id).toSorted();

  it('stands in a file of its own name, and every such file in the list', () => {
    const files = namesIn('src/engines/postgres/analysis/rules', '.ts');
    expect(files.filter((name) => name !== 'all' && name !== 'look')).toEqual(ids);
  });

  it('has a table of examples', () => {
    expect([...tables.keys()].toSorted()).toEqual(ids);
    const empty = [...tables].filter(([, { finds, known = [] }]) => finds.length + known.length === 0);
    expect(empty).toEqual([]);
  });

  it('says what to do instead', async () => {
    const scripts = [...tables.values()].flatMap(({ finds }) => finds);
    const found = (await Promise.all(scripts.map((text) => analyze({ path: 'V1.sql', text }))))
      .flat()
      .flatMap(({ findings }) => findings);
    expect(found.filter(({ remedy = '' }) => remedy.length < 5)).toEqual([]);
  });
});
