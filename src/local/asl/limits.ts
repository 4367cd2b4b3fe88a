import { StateFailure } from './failure.ts';
import { type Json, sizeOf } from './json.ts';

/** Service quota: input or output of a task, state or execution, and the variables of one Assign. Bytes. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;
/** Service quota: events in the history of one execution. */
export const MAX_HISTORY_EVENTS = 25_000;
/** Service quota: an execution may run for one year. Seconds. */
export const MAX_EXECUTION_SECONDS = 31_536_000;
/** Default and largest value of TimeoutSeconds and Wait's Seconds. */
export const MAX_SECONDS = 99_999_999;
/** Service quotas: concurrent iterations of a Map with MaxConcurrency 0. */
export const INLINE_MAP_CONCURRENCY = 40;
export const DISTRIBUTED_MAP_CONCURRENCY = 10_000;

/** @throws StateFailure States.DataLimitExceeded when `value` is too large to travel between states */
export function checkSize<T extends Json>(value: T, what: string): T {
  const size = sizeOf(value);
  if (size > MAX_PAYLOAD_BYTES) {
    const text = `${what} has a size exceeding the maximum number of bytes service limit: ${size} > ${MAX_PAYLOAD_BYTES}.`;
    throw new StateFailure('States.DataLimitExceeded', text);
  }
  return value;
}
