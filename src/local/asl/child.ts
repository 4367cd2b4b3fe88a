import type { EndedExecution, StartedExecution } from './host.ts';

/** Waits for the end of an execution that this one started; stops it when the signal is aborted. */
export async function endOf(child: StartedExecution, signal: AbortSignal): Promise<EndedExecution> {
  const stop = (): void =>
    child.stop('States.ParentAborted', 'The state that started this execution has ended.');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const ended = await child.ended;
    signal.throwIfAborted();
    return ended;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
