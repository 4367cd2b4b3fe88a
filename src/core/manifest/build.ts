import type { Check, RowExpectation } from '../checks.ts';
import type { CheckYaml } from './check-schema.ts';
import { manifestDefaults } from './defaults.ts';
import type { DeleteYaml } from './delete-schema.ts';
import { parseDuration } from './duration.ts';
import type { Locator, YamlPath } from './locate.ts';
import type {
  BackfillSpec,
  ContractGate,
  DeletionSpec,
  IndexRebuildSpec,
  Located,
  Manifest,
  ReplaceSpec,
  WalkSpec,
} from './manifest.ts';
import type { RebuildIndexesYaml } from './rebuild-indexes-schema.ts';
import type { ReplaceYaml } from './replace-schema.ts';
import type { BackfillYaml, ManifestYaml } from './schema.ts';

/** Makes the manifest of its validated YAML: defaults filled in, durations in milliseconds, texts located. */
export function buildManifest(path: string, yaml: ManifestYaml, where: Locator): Manifest {
  const build = new Builder(path, where);
  const { summary, expand, replace, rebuild_indexes: indexes, contract, rollback } = yaml;
  return {
    path,
    ...(summary === undefined ? {} : { summary }),
    ...(expand === undefined ? {} : { expand: build.texts(expand, ['expand']) }),
    backfills: (yaml.backfill ?? []).map((spec, index) => build.backfill(spec, ['backfill', index])),
    ...(yaml.delete === undefined
      ? {}
      : { deletions: yaml.delete.map((spec, index) => build.deletion(spec, ['delete', index])) }),
    ...(replace === undefined ? {} : { replace: build.replace(replace, ['replace']) }),
    ...(indexes === undefined ? {} : { rebuildIndexes: build.rebuildIndexes(indexes, ['rebuild_indexes']) }),
    checks: {
      before: build.checks(yaml.checks?.before ?? [], ['checks', 'before']),
      after: build.checks(yaml.checks?.after ?? [], ['checks', 'after']),
    },
    ...(contract === undefined
      ? {}
      : {
          contract: {
            gate: toGate(contract.after),
            statements: build.texts(contract.sql ?? [], ['contract', 'sql']),
          },
        }),
    rollback: {
      ...(rollback?.down === undefined ? {} : { down: build.text(rollback.down, ['rollback', 'down']) }),
      policy: rollback?.policy ?? manifestDefaults.policy,
    },
    snapshot: { value: yaml.snapshot ?? manifestDefaults.snapshot, path, ...where.value(['snapshot']) },
    lockTimeoutMs: milliseconds(yaml.lock_timeout ?? manifestDefaults.lockTimeout),
    lockRetryForMs: milliseconds(yaml.lock_retry_for ?? manifestDefaults.lockRetryFor),
    keepHistory: yaml.keep_history ?? manifestDefaults.keepHistory,
  };
}

class Builder {
  readonly #path: string;
  readonly #where: Locator;

  constructor(path: string, where: Locator) {
    this.#path = path;
    this.#where = where;
  }

  text(value: string, at: YamlPath): Located<string> {
    return { value, path: this.#path, ...this.#where.text(at) };
  }

  texts(values: readonly string[], at: YamlPath): Located<string>[] {
    return values.map((value, index) => this.text(value, [...at, index]));
  }

  backfill(spec: BackfillYaml, at: YamlPath): BackfillSpec {
    const { where } = spec;
    return {
      ...this.#walk(spec, at),
      set: spec.set,
      ...(where === undefined ? {} : { where }),
      keepCurrent: spec.keep_current ?? where !== undefined,
    };
  }

  deletion(spec: DeleteYaml, at: YamlPath): DeletionSpec {
    return { ...this.#walk(spec, at), where: spec.where, reason: spec.reason };
  }

  replace(spec: ReplaceYaml, at: YamlPath): ReplaceSpec {
    const [from, key] = spec.as === undefined ? (['copy', 'alter'] as const) : (['nothing', 'as'] as const);
    return {
      ...this.#walk(spec, at),
      from,
      statements: this.texts(spec[key] ?? [], [...at, key]),
      up: spec.up ?? {},
      down: spec.down ?? {},
    };
  }

  rebuildIndexes({ table, indexes }: RebuildIndexesYaml, at: YamlPath): IndexRebuildSpec {
    return { table: this.text(table, [...at, 'table']), ...(indexes === undefined ? {} : { indexes }) };
  }

  #walk(
    { table, key, batch, parallelism, pace }: BackfillYaml | DeleteYaml | ReplaceYaml,
    at: YamlPath,
  ): WalkSpec {
    const maxRows = batch?.max ?? manifestDefaults.maxRows;
    return {
      table: this.text(table, [...at, 'table']),
      ...(key === undefined ? {} : { key: typeof key === 'string' ? [key] : key }),
      batch: {
        targetMs: milliseconds(batch?.target ?? manifestDefaults.batchTarget),
        maxRows,
        initialRows: batch?.rows ?? Math.min(manifestDefaults.initialRows, maxRows),
      },
      parallelism: parallelism ?? manifestDefaults.parallelism,
      pace: pace ?? manifestDefaults.pace,
    };
  }

  checks(checks: readonly CheckYaml[], at: YamlPath): Located<Check>[] {
    return checks.flatMap((yaml, index) => {
      const path = [...at, index];
      const value = this.#check(yaml, path);
      return value === null ? [] : [{ value, path: this.#path, ...this.#where.value(path) }];
    });
  }

  /** Null for an item without a check, which the schema refuses. */
  #check(yaml: CheckYaml, at: YamlPath): Check | null {
    if (yaml.no_nulls) return { check: 'no_nulls', ...yaml.no_nulls };
    if (yaml.unique) return { check: 'unique', ...yaml.unique };
    if (yaml.no_orphans) return { check: 'no_orphans', ...yaml.no_orphans };
    if (yaml.constraint_valid) return { check: 'constraint_valid', ...yaml.constraint_valid };
    if (yaml.row_count) {
      return { check: 'row_count', table: yaml.row_count.table, expect: toRowExpectation(yaml.row_count) };
    }
    if (yaml.sql) {
      const { name, query, expect } = yaml.sql;
      if (expect === 'no_rows') return { check: 'sql', name, query, expect: { is: 'no_rows' } };
      // A number is compared as it is written: 1.50 is not 1.5 to a numeric(10,2), and large ones stay exact.
      const written = typeof expect === 'number' ? this.#where.source([...at, 'sql', 'expect']) : undefined;
      return { check: 'sql', name, query, expect: { is: 'value', value: written ?? String(expect) } };
    }
    return null;
  }
}

function toRowExpectation(yaml: NonNullable<CheckYaml['row_count']>): RowExpectation {
  if (yaml.equals !== undefined) return { is: 'exactly', rows: yaml.equals };
  if (yaml.at_least !== undefined) return { is: 'at_least', rows: yaml.at_least };
  return { is: 'unchanged' };
}

function toGate(after: NonNullable<ManifestYaml['contract']>['after']): ContractGate {
  if (after === undefined) return { opens: manifestDefaults.gate };
  if (typeof after === 'string') return { opens: after };
  return { opens: 'delay', seconds: Math.ceil(milliseconds(after.delay) / 1000) };
}

/** For durations that the schema has let through. */
const milliseconds = (duration: string): number => parseDuration(duration) ?? 0;
