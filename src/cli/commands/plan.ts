import { createHash } from 'node:crypto';
import { makePlan } from '../../app/make-plan.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { preflight } from '../../app/preflight.ts';
import { editedAfterApplied, findMigration } from '../../app/prepare.ts';
import { migrationName } from '../../core/migration.ts';
import { pendingDown, pendingUp } from '../../core/pending.ts';
import type { Direction, Plan } from '../../core/plan/plan.ts';
import { loadSources } from '../../formats/load-folder.ts';
import { readMigrations } from '../../formats/read-migrations.ts';
import { paintFor } from '../../report/paint.ts';
import { renderPlan } from '../../report/plan-text.ts';
import { parseDatabaseUrl } from '../database-url.ts';
import { startUrlPlatform } from '../local/url-platform.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';

export interface PlanOptions {
  readonly databaseUrl: string;
  readonly migrations: string;
  /** One version; default: the next one that is pending. */
  readonly migration?: string | undefined;
  readonly down: boolean;
}

/** Shows what `run` would do next, and why, without changing anything. */
export async function plan(options: PlanOptions, output: Output, clock: Clock): Promise<ExitCode> {
  const url = parseDatabaseUrl(options.databaseUrl, process.env);
  const direction: Direction = options.down ? 'down' : 'up';
  const migrations = readMigrations(await loadSources(options.migrations));
  const platform = await startUrlPlatform({ url, clock, hold: false });
  try {
    const { applied } = await platform.database.readLedger();
    const pending = direction === 'up' ? pendingUp(migrations, applied) : pendingDown(migrations, applied);
    const [edited] = pending.edited;
    if (edited !== undefined) throw editedAfterApplied(edited.migration, edited.appliedAt);
    const wanted =
      options.migration === undefined ? pending.migrations[0] : findMigration(migrations, options.migration);
    if (wanted === undefined) {
      output.say(`${url.shown}: nothing to do, all ${migrations.length} migrations are applied`);
      output.emit({ plan: null, pending: [] });
      return exitCodes.done;
    }
    const risks = await preflight(platform.engine, pending.migrations, direction, false);
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const made: Plan = await makePlan(
      platform.engine,
      platform.database,
      url.target,
      wanted,
      direction,
      sha256,
    );
    output.say(renderPlan(made, paintFor(process.stdout)));
    const others = pending.migrations.filter((migration) => migration !== wanted).map(migrationName);
    if (others.length > 0)
      output.say(`\nAfter it: ${others.join(', ')} (each is planned when its turn comes)`);
    output.emit({ plan: made, pending: pending.migrations.map(migrationName), risks });
    return made.approvalReasons.length > 0 ? exitCodes.findings : exitCodes.done;
  } finally {
    await platform.stop();
  }
}
