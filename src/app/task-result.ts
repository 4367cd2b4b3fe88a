import type { Failure } from '../core/errors.ts';

/**
 * What every task answers; the state machine's Choice reads `kind` alone.
 * `continue`: call again at once. `wait`: call again after so many seconds. `paused`: wait for the operator.
 * `blocked`: the failure is in the run record already; take the way back.
 */
export type TaskResult<Done extends object = object> =
  | ({ readonly kind: 'done' } & Done)
  | { readonly kind: 'continue' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'paused' }
  | { readonly kind: 'blocked'; readonly failure: Failure };

export const done = <Done extends object>(fields: Done): { readonly kind: 'done' } & Done => ({
  kind: 'done',
  ...fields,
});
export const wait = (seconds: number): TaskResult<never> => ({ kind: 'wait', seconds });
