import { InputError, type Problem } from '../core/errors.ts';
import { type Migration, migrationName } from '../core/migration.ts';
import { approvalReasons } from '../core/plan/consent.ts';
import { findingsOf, refusals } from '../core/plan/findings.ts';
import { withoutHedges } from '../core/plan/hedges.ts';
import type { Direction } from '../core/plan/plan.ts';
import { refuseClone } from '../core/plan/restore-point.ts';
import { toSteps } from '../core/plan/steps.ts';
import { findExpressionProblems } from './expression-problems.ts';
import { analyzeMigration } from './make-plan.ts';
import type { Engine } from './ports/engine.ts';

/** Something in a migration that needs a person's consent before anything happens. */
export interface Risk {
  readonly migration: string;
  readonly reason: string;
}

/**
 * Reads the SQL of every migration about to be carried out, before the first of them begins. Throws
 * InputError with the problems of all files at once; answers what needs consent.
 */
export async function preflight(
  engine: Engine,
  migrations: readonly Migration[],
  direction: Direction,
  restorable: boolean,
): Promise<readonly Risk[]> {
  const risks: Risk[] = [];
  const problems: Problem[] = [];
  for (const migration of migrations) {
    try {
      const analyzed = await analyzeMigration(engine, migration, direction);
      problems.push(...(await findExpressionProblems(engine, migration, direction)));
      const findings = findingsOf(migration, direction, analyzed);
      problems.push(...refusals(migration, findings), ...refuseClone(migration, direction));
      const backfills = direction === 'up' ? (migration.manifest?.backfills ?? []) : [];
      const reasons = approvalReasons({
        direction,
        findings,
        // Whether IF NOT EXISTS finds something there is seen when its turn comes.
        steps: withoutHedges([
          ...toSteps('expand', analyzed.expand),
          ...toSteps('contract', analyzed.contract),
        ]),
        backfills: backfills.map(({ table, set }) => ({ table: table.value, set })),
        gate: migration.manifest?.contract?.gate ?? { opens: 'immediately' },
        restorable: restorable && migration.manifest?.snapshot.value !== 'never',
      });
      risks.push(...reasons.map((reason) => ({ migration: migrationName(migration), reason })));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InputError('the migrations cannot be carried out', problems);
  return risks;
}
