import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { storeBundle } from '../../app/bundle.ts';
import { FatalError } from '../../core/errors.ts';
import type { FolderFormat } from '../../core/migration.ts';
import type { Direction } from '../../core/plan/plan.ts';
import { findRun, type System } from '../connect.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';
import { readMigrationsFolder } from './pending.ts';

export interface StartOptions {
  readonly target: string;
  readonly migration: string;
  readonly direction: Direction;
  /** A folder to upload first; else the target's latest upload is used. */
  readonly migrations?: string | undefined;
  readonly format?: FolderFormat | undefined;
  readonly acceptRisk?: string | undefined;
  /** Write what is done into the history of the team's own tool as well. */
  readonly keepHistory?: boolean | undefined;
}

/** Starts a run on the deployed state machine and answers at once; `watch` follows it. */
export async function start(system: System, options: StartOptions, output: Output): Promise<ExitCode> {
  requireRunning(system);
  let bundle: string | undefined;
  if (options.migrations !== undefined) {
    const engine = system.app.targets.find(({ name }) => name === options.target)?.engine;
    const { files } = await readMigrationsFolder(options.migrations, options.format, engine);
    bundle = await storeBundle(system.app, options.target, files, options.format);
    output.say(`uploaded ${files.length} files as ${bundle}`);
  }
  const input = {
    target: options.target,
    migration: options.migration,
    ...(options.direction === 'down' ? { direction: 'down' } : {}),
    ...(bundle === undefined ? {} : { bundle }),
    ...(options.keepHistory === true ? { keepHistory: true } : {}),
    ...(options.acceptRisk === undefined
      ? {}
      : { acceptRisk: { by: userInfo().username, reason: options.acceptRisk } }),
  };
  const executionArn = await system.app.executions.start(input, `start-${randomUUID()}`);
  output.say(`started ${executionArn}`);
  output.say('follow it with: lockkeeper watch');
  output.emit({ executionArn, ...input });
  return exitCodes.done;
}

/** Sends a run back: one that is under way is aborted, one that needs attention goes through the rollback machine. */
export async function rollback(system: System, named: string | undefined, output: Output): Promise<ExitCode> {
  requireRunning(system);
  const run = await findRun(system.app, named);
  if (run.status !== 'concluded') {
    throw new FatalError(`run ${run.runId} is ${run.status}`, {
      code: 'still-running',
      remedy: `lockkeeper abort ${run.runId} stops it and takes it back`,
    });
  }
  if (run.verdict === 'NEEDS_ATTENTION') {
    const executionArn = await system.app.executions.startRollback(
      { runId: run.runId },
      `rollback-${randomUUID()}`,
    );
    output.say(`run ${run.runId} goes back: ${executionArn}`);
    output.emit({ runId: run.runId, executionArn });
    return exitCodes.done;
  }
  if (run.verdict === 'SUCCEEDED' && run.direction === 'up') {
    return start(
      system,
      { target: run.target, migration: run.version || run.description, direction: 'down' },
      output,
    );
  }
  throw new FatalError(`run ${run.runId} ended ${run.verdict}: there is nothing to take back`, {
    code: 'nothing-to-undo',
  });
}

function requireRunning(system: System): void {
  if (system.running) return;
  throw new FatalError(`no state machines run in ${system.where}`, {
    code: 'not-running',
    remedy: 'use "lockkeeper run" (with --down to go back) for a plain database URL',
  });
}
