import type { Effect, Statement } from '../core/analysis/statement.ts';
import { InputError } from '../core/errors.ts';
import type { PlannedHistory } from '../core/history/tool-history.ts';
import { type Migration, migrationName } from '../core/migration.ts';
import { type AnalyzedMigration, buildPlan } from '../core/plan/build.ts';
import { namedIn } from '../core/plan/missing-in-checks.ts';
import type { Direction, Plan } from '../core/plan/plan.ts';
import type { StatementGroup } from '../core/plan/steps.ts';
import { resourceOf, type Target } from '../core/target.ts';
import { draftIndexRebuild } from './draft-index-rebuild.ts';
import { draftReplacement } from './draft-replacement.ts';
import { checksOf, findExpressionProblems } from './expression-problems.ts';
import { analyzeLocated } from './located-sql.ts';
import type { Database, DatabaseFacts, Engine } from './ports/engine.ts';

/**
 * Reads what the plan depends on and builds it. Throws InputError with every problem at once.
 * @param history what is to be written into the history of the team's own tool
 * @param leftBehind what a restore would leave with the old instance, by name
 */
export async function makePlan(
  engine: Engine,
  database: Database,
  target: Target,
  migration: Migration,
  direction: Direction,
  sha256: (text: string) => string,
  history?: PlannedHistory,
  leftBehind: readonly string[] = [],
): Promise<Plan> {
  const read = await analyzeMigration(engine, migration, direction);
  const backfills = direction === 'up' ? (migration.manifest?.backfills ?? []) : [];
  const deletions = direction === 'up' ? (migration.manifest?.deletions ?? []) : [];
  const replace = direction === 'up' ? migration.manifest?.replace : undefined;
  const rebuild = direction === 'up' ? migration.manifest?.rebuildIndexes : undefined;
  const expressionProblems = await findExpressionProblems(engine, migration, direction);
  const named = [
    ...backfills,
    ...deletions,
    ...[replace, rebuild].flatMap((spec) => (spec === undefined ? [] : [spec])),
  ].map(({ table }) => table.value);
  const tables = [...new Set([...named, ...tablesTouched(read)])];
  const checked = tablesChecked(migration, direction);
  const names = [...new Set([...tables, ...relationsHedged(read), ...checked])];
  const [facts, fingerprint] = [await database.facts(names), await database.fingerprint()];
  // The names had to be read before the facts could be; now that versions and sizes are known, the findings change.
  const analyzed = { ...read, ...(await analyzeScripts(engine, migration, direction, facts)) };
  const replacing =
    replace === undefined
      ? { problems: [] }
      : await draftReplacement(engine, database, { migration, replace, facts, expand: analyzed.expand });
  const rebuilding =
    rebuild === undefined ? { problems: [] } : await draftIndexRebuild(engine, database, rebuild, facts);
  const result = buildPlan(
    {
      target: {
        name: target.name,
        engine: target.engine,
        serverVersion: facts.serverVersion,
        restorable: resourceOf(target) !== null,
        leftBehind,
      },
      migration,
      direction,
      analyzed,
      tables: Object.fromEntries(tables.map((name) => [name, facts.tables[name] ?? null])),
      checked: Object.fromEntries(checked.map((name) => [name, facts.tables[name] ?? null])),
      exists: Object.fromEntries(names.map((name) => [name, isThere(facts, name)])),
      ...(facts.tableNames === undefined ? {} : { tableNames: facts.tableNames }),
      schemaFingerprint: fingerprint.hash,
      ...('replacement' in replacing ? { replacement: replacing.replacement } : {}),
      ...('indexRebuild' in rebuilding ? { indexRebuild: rebuilding.indexRebuild } : {}),
      ...(history === undefined ? {} : { history }),
      patientWaits: engine.capabilities.patientWaits,
      deletesInBatches: engine.capabilities.deletesInBatches === true,
      unproved: engine.capabilities.unproved,
      keepsNoSession: database.keepsNoSession,
    },
    sha256,
  );
  const problems = [
    ...expressionProblems,
    ...replacing.problems,
    ...rebuilding.problems,
    ...(result.ok ? [] : result.problems),
  ];
  if (problems.length > 0 || !result.ok) {
    throw new InputError(`migration ${migrationName(migration)} cannot be planned`, problems);
  }
  return result.plan;
}

/**
 * Splits and classifies all the SQL a migration holds for one direction. Throws InputError with its syntax errors.
 * @param facts of the tables it names, where they have been read
 */
export async function analyzeMigration(
  engine: Engine,
  migration: Migration,
  direction: Direction,
  facts?: DatabaseFacts,
): Promise<AnalyzedMigration> {
  const scripts = await analyzeScripts(engine, migration, direction, facts);
  if (direction === 'down') return { ...scripts, keepCurrent: [] };
  return {
    ...scripts,
    keepCurrent: await Promise.all(
      (migration.manifest?.backfills ?? []).map((backfill, ordinal) =>
        engine.keepCurrent({
          ordinal,
          version: migration.version,
          table: backfill.table.value,
          set: backfill.set,
          where: backfill.where ?? null,
        }),
      ),
    ),
  };
}

/** What is said of the statements depends on the facts; the triggers of a backfill do not. */
async function analyzeScripts(
  engine: Engine,
  migration: Migration,
  direction: Direction,
  facts?: DatabaseFacts,
): Promise<Omit<AnalyzedMigration, 'keepCurrent'>> {
  const down = await analyzeDown(engine, migration, facts);
  if (direction === 'down') {
    if (down === null) throw missingDown(migration);
    return { expand: [{ statements: down, atomic: true }], contract: [], down: null };
  }
  return {
    expand: await analyzeExpand(engine, migration, down, facts),
    contract: await analyzeLocated(engine, migration.manifest?.contract?.statements ?? [], facts),
    down,
  };
}

async function analyzeExpand(
  engine: Engine,
  { manifest, up, withoutTransaction }: Migration,
  down: readonly Statement[] | null,
  facts?: DatabaseFacts,
): Promise<readonly StatementGroup[]> {
  if (manifest?.expand !== undefined) return analyzeLocated(engine, manifest.expand, facts);
  if (up === null) return [];
  const atomic = manifest === null && down === null && withoutTransaction !== true;
  return [{ statements: await engine.analyze(up, facts), atomic }];
}

/** Of the facts only the server's: by then the tables will be others. */
async function analyzeDown(
  engine: Engine,
  { down }: Migration,
  facts?: DatabaseFacts,
): Promise<readonly Statement[] | null> {
  if (down === null) return null;
  return engine.analyze(down, facts && { serverVersion: facts.serverVersion, tables: {} });
}

const missingDown = (migration: Migration): InputError =>
  new InputError(
    `migration ${migrationName(migration)} has no down file`,
    [
      {
        file: migration.up?.path ?? migration.manifest?.path ?? migration.version,
        message: 'there is no down file to go back with',
        expected: 'one beside it, such as U042__name.sql or 042_name.down.sql',
      },
    ],
    `write one; lockkeeper draft-down ${migrationName(migration)} drafts it`,
  );

function tablesChecked({ manifest }: Migration, direction: Direction): string[] {
  if (direction === 'down' || manifest === null) return [];
  return checksOf(manifest).flatMap(({ value }) => namedIn(value).map(({ table }) => table));
}

const isThere = (facts: DatabaseFacts, name: string): boolean =>
  (facts.tables[name] ?? null) !== null || facts.others?.includes(name) === true;

/** What the statements create unless it exists, of the kinds that facts know by name. */
function relationsHedged(analyzed: AnalyzedMigration): string[] {
  const relations: readonly string[] = ['table', 'view', 'index', 'sequence'];
  return effectsOf(analyzed).flatMap((effect) =>
    effect.does === 'create' && effect.hedged === true && relations.includes(effect.object.type)
      ? [effect.object.name]
      : [],
  );
}

const effectsOf = (analyzed: AnalyzedMigration): readonly Effect[] =>
  [...analyzed.expand, ...analyzed.contract]
    .flatMap((group) => group.statements)
    .flatMap((statement) => statement.effects);

/** Existing tables that the statements change; tables they create themselves need no checks. */
function tablesTouched(analyzed: AnalyzedMigration): string[] {
  const effects = effectsOf(analyzed);
  const created = effects.flatMap((effect) =>
    effect.does === 'create' && effect.object.type === 'table' ? [effect.object.name] : [],
  );
  const touched = effects.flatMap((effect) => {
    if (effect.does === 'write') return [effect.table];
    if (effect.object.type === 'table') return [effect.object.name];
    return effect.object.table === undefined ? [] : [effect.object.table];
  });
  return touched.filter((table) => !created.includes(table));
}
