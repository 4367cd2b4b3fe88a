import { makePlan } from '../../app/make-plan.ts';
import type { Clock } from '../../app/ports/clock.ts';
import type { Database } from '../../app/ports/engine.ts';
import { findMigration } from '../../app/prepare.ts';
import { keepsHistory, planHistory } from '../../app/tool-history.ts';
import { project } from '../../core/cost/project.ts';
import type { FolderFormat } from '../../core/migration.ts';
import { migrationName, type SqlSource } from '../../core/migration.ts';
import type { Direction, Plan } from '../../core/plan/plan.ts';
import { paintFor } from '../../report/paint.ts';
import { tablesOf } from '../../report/plan-tables.ts';
import { renderPlan } from '../../report/plan-text.ts';
import { renderRewrites } from '../../report/rewrites-text.ts';
import { parseDatabaseUrl } from '../database-url.ts';
import { writeNamedFile } from '../files.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { type Offer, offerRewrites, writeOffer } from './fix.ts';
import { findWork, readMigrationsFolder } from './pending.ts';
import { findRisks } from './risks.ts';

export interface PlanOptions {
  readonly databaseUrl: string;
  readonly migrations: string;
  readonly format?: FolderFormat | undefined;
  /** One version; default: the next one that is pending. */
  readonly migration?: string | undefined;
  readonly down: boolean;
  /** Where to write the plan as a page. */
  readonly html?: string | undefined;
  /** Writes the safe sequences that are offered into the files, after they have been shown. */
  readonly fix: boolean;
  /** Write what is done into the history of the team's own tool as well. */
  readonly keepHistory: boolean;
}

/** Shows what `run` would do next, and why, without changing anything. */
export async function plan(
  options: PlanOptions,
  output: Output,
  clock: Clock,
  signal: AbortSignal,
): Promise<ExitCode> {
  const url = parseDatabaseUrl(options.databaseUrl, process.env);
  const direction: Direction = options.down ? 'down' : 'up';
  const { migrations, files, because } = await readMigrationsFolder(
    options.migrations,
    options.format,
    url.target.engine,
  );
  const named = options.migration === undefined ? undefined : findMigration(migrations, options.migration);
  // Loaded once the files are known to be good: AWS's SDK takes its time.
  const { startUrlPlatform } = await import('../local/url-platform.ts');
  const platform = await startUrlPlatform({ url, clock, hold: false, signal });
  try {
    const work = await findWork(platform.database, migrations, direction, options);
    const wanted = named ?? work.migrations[0];
    if (wanted === undefined) {
      const what = direction === 'up' ? 'every migration is applied' : 'no migration is applied';
      output.say(`${url.shown}: nothing to do, ${what}`);
      output.emit({ plan: null, pending: [], risks: [] });
      return exitCodes.done;
    }
    const risks = await findRisks(platform, work, direction);
    const unfinished = work.unfinished?.migration === wanted ? work.unfinished.run : null;
    // A run under way keeps the plan it was begun with.
    const made: Plan =
      unfinished?.plan ??
      (await makePlan(
        platform.engine,
        platform.database,
        url.target,
        wanted,
        direction,
        platform.app.sha256,
        keepsHistory(wanted, options.keepHistory) ? planHistory(work.view, wanted, direction) : undefined,
      ));
    if (unfinished !== null)
      output.say(`Run ${unfinished.runId} has begun and is not finished: it goes on.\n`);
    const paint = paintFor(process.stdout);
    output.say(`${because}\n`);
    output.say(renderPlan(made, paint));
    const others = work.migrations.filter((migration) => migration !== wanted).map(migrationName);
    if (others.length > 0)
      output.say(`\nPending besides: ${others.join(', ')} (each is planned when its turn comes)`);
    if (risks.length > 0) {
      output.say('\n"lockkeeper run" stops before anything happens unless --accept-risk "reason" is given:');
      for (const risk of risks) output.say(`  ${risk.migration}: ${risk.reason}`);
    }
    const offer =
      direction === 'up'
        ? await offerRewrites(platform.engine, wanted, files, made.target.serverVersion)
        : null;
    if (offer !== null) output.say(`\n${renderRewrites(offer.changes, offer.reasons, paint)}`);
    if (options.html !== undefined) {
      await writePage(options.html, made, files, offer, platform.database);
      output.say(`\nThe same as a page: ${options.html}`);
    }
    const fixed = options.fix && offer !== null ? offer.changes.map(({ path }) => path) : [];
    if (options.fix) {
      if (offer !== null)
        await writeOffer(
          offer,
          wanted,
          files,
          unfinished === null && work.migrations.includes(wanted),
          options.format,
        );
      output.say(
        offer === null
          ? '\nThere is nothing to fix.'
          : `\nWritten: ${fixed.join(', ')}. Read it, then plan again.`,
      );
    }
    output.emit({
      plan: made,
      projection: project(made),
      pending: work.migrations.map(migrationName),
      risks,
      rewrites: offer?.changes ?? [],
      fixed,
    });
    return made.approvalReasons.length > 0 || risks.length > 0 ? exitCodes.findings : exitCodes.done;
  } finally {
    await platform.stop();
  }
}

async function writePage(
  file: string,
  made: Plan,
  sources: readonly SqlSource[],
  offer: Offer | null,
  database: Database,
): Promise<void> {
  const facts = await database.facts(tablesOf(made));
  const sizes = Object.values(facts.tables).flatMap((table) =>
    table === null ? [] : [{ table: table.table, rows: table.rowsEstimate, bytes: table.bytes }],
  );
  const { renderPlanPage } = await import('../../report/html/plan/plan-page.ts');
  const offered = offer === null ? {} : { rewrites: offer };
  await writeNamedFile(file, renderPlanPage({ plan: made, sources, sizes, ...offered }), '--html');
}
