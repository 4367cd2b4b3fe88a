import type { LintInput } from '../core/analysis/lint/settle.ts';
import { syntaxError } from '../core/analysis/rules/syntax-error.ts';
import type { Finding, Statement } from '../core/analysis/statement.ts';
import { InputError } from '../core/errors.ts';
import type { Migration, SqlSource } from '../core/migration.ts';
import type { AnalyzedMigration } from '../core/plan/build.ts';
import { findingsOf } from '../core/plan/findings.ts';
import { findExpressionProblems } from './expression-problems.ts';
import { analyzeMigration } from './make-plan.ts';
import type { DatabaseFacts, Engine } from './ports/engine.ts';

/** What is linted: migrations of a team’s folder, and scripts that belong to none. */
export interface LintSources {
  readonly migrations: readonly Migration[];
  readonly scripts: readonly SqlSource[];
  /** Every file that a finding may stand in. */
  readonly files: readonly SqlSource[];
}

/** Asks a database for what it knows of these tables. */
export type ReadFacts = (tables: readonly string[]) => Promise<DatabaseFacts>;

/** Analyses every file. A file that cannot be read as SQL is a finding of its own, and the others are linted. */
export async function lint(engine: Engine, sources: LintSources, readFacts?: ReadFacts): Promise<LintInput> {
  const migrations = [...sources.migrations, ...sources.scripts.map(asMigration)];
  // The first pass tells which tables to ask for.
  const first = readFacts === undefined ? [] : await lintAll(engine, migrations);
  const tables = [...new Set(first.flatMap(({ statements }) => statements).flatMap(tablesOf))];
  const facts = readFacts === undefined ? undefined : await readFacts(tables);
  const linted = await lintAll(engine, migrations, facts);
  const statements = linted.flatMap((one) => one.statements);
  return {
    files: sources.files.map((file) => ({
      ...file,
      statements: statements.filter(({ position }) => position.path === file.path),
    })),
    findings: linted.flatMap((one) => one.findings),
  };
}

interface Linted {
  readonly statements: readonly Statement[];
  readonly findings: readonly Finding[];
}

async function lintAll(
  engine: Engine,
  migrations: readonly Migration[],
  facts?: DatabaseFacts,
): Promise<readonly Linted[]> {
  const linted: Linted[] = [];
  for (const migration of migrations) linted.push(await lintOne(engine, migration, facts));
  return linted;
}

async function lintOne(engine: Engine, migration: Migration, facts?: DatabaseFacts): Promise<Linted> {
  try {
    const analyzed = await analyzeMigration(engine, migration, 'up', facts);
    const problems = await findExpressionProblems(engine, migration, 'up');
    const found = findingsOf(migration, 'up', analyzed);
    const findings = [...problems.map(syntaxError), ...inItsPlace(found, migration, analyzed)];
    return { statements: statementsOf(analyzed), findings };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { statements: [], findings: error.problems.map(syntaxError) };
  }
}

/** Behind a gate of the contract phase is where what is destroyed belongs; a plan still asks a person about it. */
function inItsPlace(
  findings: readonly Finding[],
  { manifest }: Migration,
  { contract }: AnalyzedMigration,
): readonly Finding[] {
  if ((manifest?.contract?.gate ?? immediately).opens === 'immediately') return findings;
  const places = contract.flatMap((group) => group.statements).map(({ position }) => position);
  const isBehindGate = ({ position }: Finding): boolean =>
    places.some(({ line, column }) => line === position?.line && column === position.column);
  return findings.map(({ remedy, ...finding }) => {
    if (finding.severity === 'danger' && isBehindGate(finding)) return { ...finding, severity: 'note' };
    return remedy === undefined ? finding : { ...finding, remedy };
  });
}

const immediately = { opens: 'immediately' } as const;

const statementsOf = ({ expand, contract, down }: AnalyzedMigration): readonly Statement[] => [
  ...[...expand, ...contract].flatMap((group) => group.statements),
  ...(down ?? []),
];

/** A script by itself, as if it were a migration without a way back, which its own tool may run in any way. */
const asMigration = (up: SqlSource): Migration => ({
  version: up.path,
  description: '',
  format: 'up-down',
  repeatable: false,
  checksum: '',
  up,
  down: null,
  manifest: null,
});

function tablesOf({ effects, lock }: Statement): readonly string[] {
  const touched = effects.flatMap((effect) => {
    if (effect.does === 'write') return [effect.table];
    const { type, name, table } = effect.object;
    return type === 'table' ? [name] : table === undefined ? [] : [table];
  });
  return [...touched, ...(lock?.tables ?? [])];
}
