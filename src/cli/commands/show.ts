import { gateOf } from '../../app/gates.ts';
import { listHistory, readRun } from '../../app/history.ts';
import type { Clock } from '../../app/ports/clock.ts';
import type { RunRecord } from '../../app/ports/run-store.ts';
import { type RunReport, renderMarkdown, runReport } from '../../report/run-report.ts';
import { count, plural } from '../../report/words.ts';
import { findRun, type System } from '../connect.ts';
import { writeNamedFile } from '../files.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { renderTable } from '../render/table.ts';
import { columnsOf, displayWidth, oneLine } from '../render/width.ts';
import { openProgress } from '../run-progress.ts';

const pollMs = 1_000;

/** Where a run stands, in a few lines. */
export async function status(system: System, named: string | undefined, output: Output): Promise<ExitCode> {
  const found = await findRun(system.app, named);
  const { run, plan, events, partitions } = await readRun(system.app, found.runId);
  output.say(`run      ${run.runId}  ${run.version} ${run.description} (${run.direction}) on ${run.target}`);
  output.say(
    `status   ${run.status}${run.verdict === undefined ? '' : `: ${run.verdict}`}${run.at ? `, at ${run.at}` : ''}`,
  );
  if (run.because) output.say(`because  ${run.because}`);
  for (const line of whatNext(system, run)) output.say(line);
  const rows = partitions.reduce((sum, partition) => sum + partition.rowsVisited, 0);
  const expected = plan.backfills.reduce((sum, backfill) => sum + backfill.rowsEstimate, 0);
  if (expected > 0)
    output.say(
      `backfill ${count(rows)} of about ${count(Math.max(rows, expected))} rows in ${plural(partitions.length, 'partition')}`,
    );
  for (const event of events.slice(-5)) output.say(`         ${event.at.slice(11, 19)} ${event.text}`);
  output.emit({ run, partitions, events: events.slice(-20) });
  return run.verdict === 'NEEDS_ATTENTION' ? exitCodes.attention : exitCodes.done;
}

/** What was asked for and has not happened yet, or what is asked of a person. */
function whatNext(system: System, run: RunRecord): string[] {
  if (run.verdict === 'NEEDS_ATTENTION') {
    const close = isRemote(system) ? 'rollback' : 'conclude';
    return [
      `next     lockkeeper report ${run.runId} says what was done; lockkeeper ${close} ${run.runId} once it is put right`,
    ];
  }
  if (run.verdict !== undefined) return [];
  const next = system.running ? 'soon' : 'with the next "lockkeeper run"';
  const gate = gateOf(run);
  const given = gate === null ? undefined : run.answers?.[gate];
  if (run.abortRequested === true) return [`next     it goes back ${next}, as an abort was asked for`];
  if (given !== undefined && run.status !== 'planned')
    return [`next     ${given.answer} by ${given.by}: it goes on ${next}`];
  if (gate !== null && run.status !== 'planned')
    return [`waits    at the ${gate} gate: lockkeeper approve ${run.runId}, or reject`];
  if (run.pauseRequested === true) return [`waits    paused: lockkeeper resume ${run.runId}`];
  return system.running ? [] : ['next     no runner is at work: it goes on with the next "lockkeeper run"'];
}

/**
 * Follows a run to its end, or until nobody is at work on it.
 * @param open finds the system, and finds it again where the process that ran it has ended
 */
export async function watch(
  open: () => Promise<System>,
  named: string | undefined,
  output: Output,
  clock: Clock,
  signal: AbortSignal,
): Promise<ExitCode> {
  const progress = openProgress(clock);
  let system = await open();
  try {
    const { runId } = await findRun(system.app, named);
    for (;;) {
      const details = await readRun(system.app, runId).catch((error: unknown) => {
        if (isRemote(system) || !system.running) throw error;
        return null;
      });
      if (details === null) {
        await system.close();
        system = await open();
      } else {
        progress.show(details);
        if (details.run.status === 'concluded' || !system.running) {
          progress.close();
          for (const line of whatNext(system, details.run)) output.say(line);
          output.emit({ run: details.run });
          return exitFor(details.run.verdict);
        }
      }
      await clock.sleep(pollMs, signal);
    }
  } finally {
    progress.close();
    await system.close();
  }
}

const isRemote = ({ where }: System): boolean => where === 'aws';

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
  else output.say(historyText(runs, process.stdout));
  output.emit({ runs });
  return exitCodes.done;
}

/** A table; two lines a run on a terminal that is too narrow for it. */
function historyText(runs: readonly RunRecord[], stream: NodeJS.WriteStream): string {
  const rows = runs.map((run) => ({
    ...run,
    migration: `${run.version} ${run.description}`.trim(),
    started: run.startedAt.slice(0, 19).replace('T', ' '),
    status: run.verdict ?? run.status,
  }));
  const table = renderTable(
    ['run', 'target', 'migration', 'direction', 'started', 'status'],
    rows.map((row) => [row.runId, row.target, row.migration, row.direction, row.started, row.status]),
  );
  const width = Math.max(...table.split('\n').map(displayWidth));
  if (stream.isTTY !== true || width <= columnsOf(stream)) return table;
  return rows
    .map(
      (row) =>
        `${row.runId} ${row.status} ${row.started}\n  ${oneLine(row.migration)} (${row.direction}) on ${row.target}`,
    )
    .join('\n');
}

/** The report of a run, for the file of whoever has to show what was done. */
export async function report(
  system: System,
  options: {
    readonly run: string | undefined;
    readonly file?: string | undefined;
    /** As a page with pictures instead of Markdown. */
    readonly html: boolean;
  },
  output: Output,
): Promise<ExitCode> {
  const { runId } = await findRun(system.app, options.run);
  const facts = runReport(await readRun(system.app, runId));
  const text = await reportText(facts, options.html, output.json);
  if (options.file === undefined) process.stdout.write(text);
  else {
    await writeNamedFile(options.file, text, '--output');
    output.say(`written to ${options.file}`);
    output.emit({ runId, file: options.file });
  }
  return exitCodes.done;
}

async function reportText(facts: RunReport, asPage: boolean, asJson: boolean): Promise<string> {
  if (asPage) return (await import('../../report/html/run/run-page.ts')).renderRunPage(facts);
  return asJson ? `${JSON.stringify(facts, null, 2)}\n` : renderMarkdown(facts);
}
