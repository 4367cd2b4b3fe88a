import { type Failure, toFailure } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { App } from './app.ts';
import { aborted, block, hasEnded, loadWork } from './runs.ts';

/** What a Catch saw: the error's name and the cause Step Functions gives, often JSON of a Lambda error. */
export interface CaughtError {
  readonly Error?: string | undefined;
  readonly Cause?: string | undefined;
}

/**
 * Records why the run goes back. The Map reports only that its threshold was exceeded, so a partition's own
 * failure, written before it failed, comes first; then that the operator wished it; then what was caught. What an
 * earlier attempt has recorded is no reason for this one.
 */
export async function recordFailure(app: App, runId: RunId, caught: CaughtError): Promise<{ kind: 'done' }> {
  const { run } = await loadWork(app, runId);
  const partition = (await app.store.listPartitions(runId)).find(
    (progress) => progress.failure !== undefined,
  );
  if (hasEnded(run)) return { kind: 'done' };
  const wish = run.abortRequested === true ? aborted : undefined;
  await block(app, runId, partition?.failure ?? wish ?? failureOf(caught));
  return { kind: 'done' };
}

/** The caught error as it is stored and shown. */
export function failureOf(caught: CaughtError): Failure {
  const message = messageOf(caught.Cause);
  switch (caught.Error) {
    case 'Lockkeeper.Aborted':
      return aborted;
    case 'Lockkeeper.Rejected':
      return { class: 'fatal', code: 'rejected', message: message || 'a person rejected the run' };
    case 'States.Timeout':
      return { class: 'fatal', code: 'timeout', message: 'a task or a gate did not answer in time' };
    case undefined:
      return toFailure('the run was asked to go back');
    default:
      return { class: 'fatal', code: caught.Error, message: message || caught.Error };
  }
}

function messageOf(cause: string | undefined): string {
  if (cause === undefined) return '';
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed)
      return String(parsed.errorMessage);
  } catch {
    // Not JSON: the cause is the message itself.
  }
  return cause;
}
