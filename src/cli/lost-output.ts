import { whyUnwritable } from './files.ts';
import { exitCodes } from './output.ts';

/**
 * Keeps a stdout or stderr that cannot be written to any more from ending the process with a stack trace, or a run
 * in its middle. A reader that has left, as `head` does, is no error. Anything else, such as a full disk, is said on
 * stderr, and no command that lost output this way ends as if all were well.
 */
export function bearLostOutput(): void {
  let isSaid = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE' || isSaid) return;
      isSaid = true;
      if (stream === process.stdout)
        process.stderr.write(`error: the output cannot be written: ${whyUnwritable(error)}\n`);
      process.once('exit', (code) => {
        if (code === exitCodes.done) process.exitCode = exitCodes.usage;
      });
    });
  }
}
