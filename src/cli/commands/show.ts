import { writeFile } from 'node:fs/promises';
import { gateOf } from '../../app/gates.ts';
import { listHistory, readRun } from '../../app/history.ts';
import type { Clock } from '../../app/ports/clock.ts';
import { renderMarkdown, runReport } from '../../report/run-report.ts';
import { findRun, type System } from '../connect.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { renderTable } from '../render/table.ts';
import { openProgress } from '../run-progress.ts';

const pollMs = 1_000;

/** Where a run stands, in a few lines. */
export async function status(system: System, named: string | undefined, output: Output): Promise<ExitCode> {
  const found = await findRun(system.app, named);
  const { run, plan, events, partitions } = await readRun(system.app, found.runId);
  const gate = gateOf(run);
  output.say(`run      ${run.runId}  ${run.version} ${run.description} (${run.direction}) on ${run.target}`);
  output.say(
    `status   ${run.status}${run.verdict === undefined ? '' : `: ${run.verdict}`}${run.at ? `, at ${run.at}` : ''}`,
  );
  if (run.because) output.say(`because  ${run.because}`);
  if (gate !== null && run.verdict === undefined && run.status !== 'planned') {
    output.say(`waits    at the ${gate} gate: lockkeeper approve ${run.runId}, or reject`);
  }
  const rows = partitions.reduce((sum, partition) => sum + partition.rowsVisited, 0);
  const expected = plan.backfills.reduce((sum, backfill) => sum + backfill.rowsEstimate, 0);
  if (expected > 0)
    output.say(`backfill ${rows} of about ${expected} rows in ${partitions.length} partitions`);
  for (const event of events.slice(-5)) output.say(`         ${event.at.slice(11, 19)} ${event.text}`);
  output.emit({ run, partitions, events: events.slice(-20) });
  return run.verdict === 'NEEDS_ATTENTION' ? exitCodes.attention : exitCodes.done;
}

/** Follows a run to its end. */
export async function watch(
  system: System,
  named: string | undefined,
  output: Output,
  clock: Clock,
): Promise<ExitCode> {
  const { runId } = await findRun(system.app, named);
  const progress = openProgress(clock);
  try {
    for (;;) {
      const details = await readRun(system.app, runId);
      progress.show(details);
      if (details.run.status === 'concluded' || !system.running) {
        output.emit({ run: details.run });
        return exitFor(details.run.verdict);
      }
      await clock.sleep(pollMs);
    }
  } finally {
    progress.close();
  }
}

function exitFor(verdict: string | undefined): ExitCode {
  if (verdict === 'NEEDS_ATTENTION') return exitCodes.attention;
  return verdict === undefined || verdict === 'SUCCEEDED' ? exitCodes.done : exitCodes.findings;
}

/** The runs so far, newest first. */
export async function history(
  system: System,
  options: { readonly target?: string | undefined; readonly limit: number },
  output: Output,
): Promise<ExitCode> {
  const runs = await listHistory(system.app, options.limit, options.target);
  if (runs.length === 0) output.say('There are no runs yet.');
  else {
    output.say(
      renderTable(
        ['run', 'target', 'migration', 'direction', 'started', 'status'],
        runs.map((run) => [
          run.runId,
          run.target,
          `${run.version} ${run.description}`.trim(),
          run.direction,
          run.startedAt.slice(0, 19).replace('T', ' '),
          run.verdict ?? run.status,
        ]),
      ),
    );
  }
  output.emit({ runs });
  return exitCodes.done;
}

/** The report of a run, for the file of whoever has to show what was done. */
export async function report(
  system: System,
  options: { readonly run: string | undefined; readonly file?: string | undefined },
  output: Output,
): Promise<ExitCode> {
  const { runId } = await findRun(system.app, options.run);
  const facts = runReport(await readRun(system.app, runId));
  const text = output.json ? `${JSON.stringify(facts, null, 2)}\n` : renderMarkdown(facts);
  if (options.file === undefined) process.stdout.write(text);
  else {
    await writeFile(options.file, text);
    output.say(`written to ${options.file}`);
  }
  return exitCodes.done;
}
