import { preflight, type Risk } from '../../app/preflight.ts';
import { migrationName } from '../../core/migration.ts';
import type { Direction } from '../../core/plan/plan.ts';
import type { UrlPlatform } from '../local/url-platform.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import type { Work } from './pending.ts';

/**
 * What needs a person's consent before anything of it happens, in all that is pending. A run under way keeps the
 * consent it was begun with. Throws InputError with the problems of all files at once.
 */
export async function findRisks(
  platform: UrlPlatform,
  work: Work,
  direction: Direction,
): Promise<readonly Risk[]> {
  const risks = await preflight(platform.engine, work.migrations, direction, false);
  if (work.unfinished === null) return risks;
  const { run, migration } = work.unfinished;
  const record = await platform.app.store.getRun(run.runId);
  if (record?.answers?.approval?.answer !== 'approved') return risks;
  return risks.filter((risk) => risk.migration !== migrationName(migration));
}

/** Stops a command that was not told to go on in spite of the risks. */
export function refuseRisks(output: Output, risks: readonly Risk[], work: Work): ExitCode {
  output.say(
    work.unfinished === null
      ? 'Stopped before anything was changed. There is no snapshot to go back to on a plain URL, and:'
      : `Nothing more was changed; run ${work.unfinished.run.runId} is still open. There is no snapshot to go back to on a plain URL, and:`,
  );
  for (const risk of risks) output.say(`  ${risk.migration}: ${risk.reason}`);
  output.say('If that is meant, say why, and it goes through: --accept-risk "reason"');
  output.emit({ stopped: 'risk', risks });
  return exitCodes.findings;
}
