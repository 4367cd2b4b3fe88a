import { readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatabaseFacts } from '../../src/app/ports/engine.ts';
import type { Rule } from '../../src/core/analysis/rule.ts';
import type { Severity, Statement } from '../../src/core/analysis/statement.ts';
import type { SqlSource } from '../../src/core/migration.ts';

/** The examples of a rule. */
export interface RuleTable {
  /** Scripts in which it is found. */
  readonly finds: readonly string[];
  /** Scripts that look like them, in which it is not. */
  readonly passes: readonly string[];
  /** What is known of the database decides. */
  readonly known?: readonly {
    readonly sql: string;
    readonly facts: DatabaseFacts;
    /** Null: it is not found. */
    readonly severity: Severity | null;
  }[];
}

const repository = join(import.meta.dirname, '../..');

/** The examples of every rule of an engine, by its name. */
export async function ruleTables(engine: string): Promise<ReadonlyMap<string, RuleTable>> {
  const folder = join(import.meta.dirname, engine, 'analysis/rules');
  const files = (await readdir(folder)).filter((name) => name !== 'table.ts').toSorted();
  const entries = files.map(async (name): Promise<[string, RuleTable]> => {
    const { table } = (await import(join(folder, name))) as { readonly table: RuleTable };
    return [name.replace(/\.ts$/, ''), table];
  });
  return new Map(await Promise.all(entries));
}

type Analyze = (
  source: SqlSource,
  facts?: DatabaseFacts,
) => readonly Statement[] | Promise<readonly Statement[]>;

/** Describes every rule of an engine by its examples. */
export async function describeRules(
  engine: string,
  rules: readonly Rule[],
  analyze: Analyze,
  { besides }: { readonly besides: readonly string[] },
): Promise<void> {
  const tables = await ruleTables(engine);
  const findingsIn = async (text: string, facts?: DatabaseFacts) =>
    (await analyze({ path: 'V1.sql', text }, facts)).flatMap(({ findings }) => findings);
  const severityOf = async (rule: string, text: string, facts?: DatabaseFacts): Promise<Severity | null> =>
    (await findingsIn(text, facts)).find((finding) => finding.rule === rule)?.severity ?? null;

  describe.each(rules)('$id', ({ id }) => {
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
    const ids = rules.map(({ id }) => id).toSorted();

    it('stands in a file of its own name, and every such file in the list', () => {
      const files = readdirSync(join(repository, 'src/engines', engine, 'analysis/rules'));
      const names = files.map((name) => name.replace(/\.ts$/, '')).filter((name) => !besides.includes(name));
      expect(names.toSorted()).toEqual(ids);
    });

    it('has a table of examples', () => {
      expect([...tables.keys()].toSorted()).toEqual(ids);
      const empty = [...tables].filter(([, { finds, known = [] }]) => finds.length + known.length === 0);
      expect(empty).toEqual([]);
    });

    it('finds nothing that has no rule, and says what to do instead', async () => {
      const scripts = [...tables.values()].flatMap(({ finds, passes }) => [...finds, ...passes]);
      const found = (await Promise.all(scripts.map((text) => findingsIn(text)))).flat();
      expect(found.filter(({ rule }) => !ids.includes(rule))).toEqual([]);
      expect(found.filter(({ remedy = '' }) => remedy.length < 5)).toEqual([]);
    });
  });
}
