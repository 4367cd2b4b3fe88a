import { appendFileSync } from 'node:fs';
import type { Effects } from '../src/app/ports/effects.ts';

/**
 * Faults for tests, placed by the environment of one invocation; production sets none of these.
 *
 * LOCKKEEPER_FAULT_LOG: a file to which every boundary passed is appended: function, ordinal, side, effect.
 * LOCKKEEPER_FAULT: `kill:<n>` ends the process with SIGKILL at the n-th boundary of the invocation, counted
 * from 1, two for each effect (before and after it); `sever:<n>` lets the n-th effect happen and loses its
 * reply with the connection. Absent: boundaries are only recorded.
 */
export function faultsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Effects | null {
  const log = environment.LOCKKEEPER_FAULT_LOG;
  if (log === undefined || log === '') return null;
  const [kind, ordinal] = (environment.LOCKKEEPER_FAULT ?? '').split(':');
  const strikesAt = Number(ordinal ?? 0);
  const invocation = environment.AWS_LAMBDA_FUNCTION_NAME ?? 'none';
  let boundary = 0;
  let effect = 0;

  const pass = (name: string, side: 'before' | 'after') => {
    boundary += 1;
    const strikes = kind === 'kill' && boundary === strikesAt;
    appendFileSync(log, `${invocation}\t${boundary}\t${side}\t${name}\t${strikes ? 'killed' : ''}\n`);
    if (strikes) process.kill(process.pid, 'SIGKILL');
  };
  return {
    async around(name, act, sever) {
      effect += 1;
      const number = effect;
      pass(name, 'before');
      const result = await act();
      pass(name, 'after');
      if (kind !== 'sever' || number !== strikesAt) return result;
      appendFileSync(log, `${invocation}\t${number}\treply\t${name}\tsevered\n`);
      if (sever === undefined) throw lostReply();
      sever();
      return result;
    },
  };
}

/** What the AWS SDK throws when the socket goes before the answer has come, after its own attempts. */
function lostReply(): Error {
  return Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
}
