import type { JsonObject } from './json.ts';

/** An error as the States Language knows it: a case-sensitive name and a text. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  /** Either may be absent: a Fail state need not give them. */
  readonly error: string | undefined;
  readonly causeText: string | undefined;
  /** A missed heartbeat is reported as States.Timeout, but a retrier or catcher may also name it. */
  readonly missedHeartbeat: boolean;

  constructor(
    error: string | undefined,
    causeText?: string | undefined,
    options: { missedHeartbeat?: boolean; cause?: unknown } = {},
  ) {
    super(`${error ?? 'unnamed error'}: ${causeText ?? ''}`, { cause: options.cause });
    this.error = error;
    this.causeText = causeText;
    this.missedHeartbeat = options.missedHeartbeat ?? false;
  }

  /** What a catcher sees as `$states.errorOutput`. */
  toErrorOutput(): JsonObject {
    return { Error: this.error ?? '', Cause: this.causeText ?? '' };
  }
}

/** Thrown through a run that is being stopped from outside; no Retry and no Catch may see it. */
export class RunAborted extends Error {
  override readonly name = 'RunAborted';
}

/** Failures of expressions: location is the field in the state, e.g. `Output/rows`. */
export class QueryFailure extends StateFailure {
  readonly location: string;

  constructor(location: string, causeText: string, cause?: unknown) {
    super('States.QueryEvaluationError', causeText, { cause });
    this.location = location;
  }
}

/**
 * Error names with the `States.` prefix that a Retry or Catch may list here. The others that AWS knows
 * cannot happen in this interpreter, or cannot be caught anywhere (States.Runtime).
 */
export const CATCHABLE_STATES_ERRORS: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.NoChoiceMatched',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.TaskFailed',
  'States.Timeout',
]);

/**
 * Whether a retrier or catcher that lists `errorEquals` applies. After the developer guide,
 * "Handling errors in Step Functions workflows": States.ALL matches all but States.DataLimitExceeded and
 * States.Runtime; States.TaskFailed matches all but States.Timeout; States.Runtime always ends the run.
 * The wildcards skip States.DataLimitExceeded, which the guide calls terminal; by name it can be caught.
 */
export function matchesError(errorEquals: readonly string[], failure: StateFailure): boolean {
  if (failure.error === 'States.Runtime') return false;
  const terminal = failure.error === 'States.DataLimitExceeded';
  return errorEquals.some((name) => {
    if (name === 'States.ALL') return !terminal;
    if (name === 'States.TaskFailed') return !terminal && failure.error !== 'States.Timeout';
    if (name === 'States.HeartbeatTimeout') return failure.missedHeartbeat;
    return name === failure.error;
  });
}

/** Any thrown value as a failure; what the interpreter did not expect is a States.Runtime. */
export function toFailure(thrown: unknown): StateFailure {
  if (thrown instanceof StateFailure) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new StateFailure('States.Runtime', text, { cause: thrown });
}
