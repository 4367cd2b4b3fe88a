import { AmbiguousError } from '../core/errors.ts';

/** Repeats `act` once when its reply was lost; only for what is the same done twice. */
export async function repeatOnce<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof AmbiguousError) || signal.aborted) throw error;
    return act();
  }
}
