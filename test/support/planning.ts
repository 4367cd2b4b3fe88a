import { createHash } from 'node:crypto';
import { analyzeMigration } from '../../src/app/make-plan.ts';
import { plainEffects } from '../../src/app/ports/effects.ts';
import type { Engine } from '../../src/app/ports/engine.ts';
import { describeProblem, InputError } from '../../src/core/errors.ts';
import type { Migration, SqlSource } from '../../src/core/migration.ts';
import type { TableKnowledge } from '../../src/core/plan/backfill.ts';
import { buildPlan } from '../../src/core/plan/build.ts';
import type { Direction, Plan } from '../../src/core/plan/plan.ts';
import { createPostgresEngine } from '../../src/engines/postgres/engine.ts';
import { readMigrations } from '../../src/formats/read-migrations.ts';
import { VirtualClock } from '../../src/local/clock/virtual-clock.ts';

export const postgres: Engine = createPostgresEngine({ effects: plainEffects, clock: new VirtualClock() });

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The only migration of a folder of files, given as name → text. */
export function migrationOf(files: Readonly<Record<string, string>>): Migration {
  const sources: SqlSource[] = Object.entries(files).map(([path, text]) => ({ path, text }));
  const [migration, ...others] = readMigrations(sources);
  if (migration === undefined || others.length > 0) throw new Error('one migration, please');
  return migration;
}

/** Plans with the real analysis of PostgreSQL and made-up facts. Throws InputError where there is no plan. */
export async function planFiles(
  files: Readonly<Record<string, string>>,
  options: {
    readonly tables?: Readonly<Record<string, TableKnowledge | null>>;
    readonly direction?: Direction;
    readonly restorable?: boolean;
  } = {},
): Promise<Plan> {
  const migration = migrationOf(files);
  const direction = options.direction ?? 'up';
  const result = buildPlan(
    {
      target: {
        name: 'shop',
        engine: 'postgres',
        serverVersion: '18.0',
        restorable: options.restorable ?? true,
      },
      migration,
      direction,
      analyzed: await analyzeMigration(postgres, migration, direction),
      tables: options.tables ?? {},
      schemaFingerprint: 'before',
      deletesInBatches: postgres.capabilities.deletesInBatches === true,
    },
    sha256,
  );
  if (!result.ok) throw new InputError('no plan', result.problems);
  return result.plan;
}

/** What is said against a plan, without the file; nothing when it is made. */
export async function problemsOf(plan: Promise<unknown>): Promise<readonly string[]> {
  try {
    await plan;
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map((problem) => describeProblem(problem).replace(/^[^ ]*: /, ''));
  }
}
