import { Interrupted, listenForInterruption } from './interruption.ts';
import { createOutput, type ExitCode, type Output } from './output.ts';
import { exitCodeOf, printError } from './render/errors.ts';

/** Options every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly debug?: boolean;
}

/**
 * Carries a command out and sets the exit code of the process: what went wrong is said and never thrown, Ctrl-C
 * and a closed output end it through the signal.
 * @param whenUnread a run that changes a database is not ended by `| head`
 */
export async function carryOut(
  options: CommonOptions,
  work: (output: Output, signal: AbortSignal) => Promise<ExitCode>,
  whenUnread: 'ends' | 'goes on without a reader' = 'ends',
): Promise<void> {
  const output = createOutput(options);
  const interruption = listenForInterruption();
  const closed = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' && whenUnread === 'ends') interruption.outputClosed();
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', closed);
  try {
    process.exitCode = await work(output, interruption.signal);
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? error.exitCode : exitCodeOf(error);
    printError(error, output);
  } finally {
    interruption.close();
  }
}
