import { userInfo } from 'node:os';
import type { App } from '../../app/app.ts';
import { answerGate, gateOf, requestAbort, requestPause, requestResume } from '../../app/gates.ts';
import type { RunRecord } from '../../app/ports/run-store.ts';
import { refuseEnded } from '../../app/runs.ts';
import { FatalError } from '../../core/errors.ts';
import { findRun, type System } from '../connect.ts';
import { type ExitCode, exitCodes, type Output } from '../output.ts';

export interface AnswerOptions {
  readonly run: string | undefined;
  readonly gate?: 'approval' | 'contract' | 'restore' | undefined;
  readonly reason?: string | undefined;
}

/** Answers the gate a run waits at: a person agrees, or does not. */
export async function answer(
  system: System,
  verdict: 'approved' | 'rejected',
  options: AnswerOptions,
  output: Output,
): Promise<ExitCode> {
  const run = await findRun(system.app, options.run);
  refuseEnded(run);
  const gate = options.gate ?? gateOf(run);
  if (gate === null) {
    throw new FatalError(`run ${run.runId} waits at no gate; it is ${run.status}`, {
      code: 'no-gate',
      remedy: 'name the gate to answer it beforehand: --gate approval|contract|restore',
    });
  }
  const by = userInfo().username;
  const updated = await answerGate(system.app, run.runId, gate, {
    answer: verdict,
    by,
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  });
  output.say(`${gate} of run ${run.runId} ${verdict} by ${by}`);
  if (!system.running) sayWhenItCounts(output);
  output.emit({ runId: run.runId, gate, answer: verdict, status: updated.status });
  return exitCodes.done;
}

const sayWhenItCounts = (output: Output): void =>
  output.say('No runner is at work: that counts as soon as the same "lockkeeper run" is started again.');

const requests: Readonly<
  Record<
    'pause' | 'resume' | 'abort',
    { readonly ask: (app: App, run: RunRecord) => Promise<RunRecord>; readonly said: string }
  >
> = {
  pause: {
    ask: (app, run) => requestPause(app, run.runId),
    said: 'will pause after the batch or step at hand',
  },
  resume: { ask: (app, run) => requestResume(app, run.runId), said: 'goes on' },
  abort: {
    ask: (app, run) => requestAbort(app, run.runId),
    said: 'will stop after the batch or step at hand and go back',
  },
};

/** Pauses, resumes or aborts a run: flags that every batch and step reads. */
export async function control(
  system: System,
  what: 'pause' | 'resume' | 'abort',
  named: string | undefined,
  output: Output,
): Promise<ExitCode> {
  const run = await findRun(system.app, named);
  refuseEnded(run);
  const { ask, said } = requests[what];
  const updated = await ask(system.app, run);
  output.say(`run ${run.runId} ${said}`);
  if (!system.running) sayWhenItCounts(output);
  output.emit({ runId: run.runId, status: updated.status, [`${what}Requested`]: true });
  return exitCodes.done;
}
