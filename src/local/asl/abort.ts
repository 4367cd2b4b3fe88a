import { RunAborted } from './failure.ts';

/** A controller that is also aborted when `parent` is, until it is disposed. */
export function linkedAbort(parent: AbortSignal): {
  readonly signal: AbortSignal;
  readonly aborted: Promise<never>;
  abort(reason: RunAborted): void;
  dispose(): void;
} {
  const controller = new AbortController();
  const follow = (): void => controller.abort(parent.reason);
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    aborted,
    abort: (reason) => controller.abort(reason),
    dispose: () => parent.removeEventListener('abort', follow),
  };
}

/** The reason given to the branches beside one that failed. */
export class BranchAborted extends RunAborted {}

/**
 * Runs `job` for 0 … count-1, at most `limit` at once, in order. The first failure aborts the others
 * and is thrown after all of them have ended.
 */
export async function runAll<T>(
  count: number,
  limit: number,
  parent: AbortSignal,
  job: (index: number, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const scope = linkedAbort(parent);
  const results: T[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && !scope.signal.aborted) {
      const index = next++;
      try {
        results[index] = await job(index, scope.signal);
      } catch (error) {
        failures.push(error);
        scope.abort(new BranchAborted('another branch failed'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, worker));
  scope.dispose();
  parent.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
