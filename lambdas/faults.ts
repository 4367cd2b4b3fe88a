import { appendFileSync } from 'node:fs';
import type { Effects } from '../src/app/ports/effects.ts';

/**
 * Faults for tests, placed by the environment of one invocation; production sets none of these.
 *
 * A place is a side of an effect, named `<side> <effect> <count>`: how often the invocation has come to that
 * effect, from 1. `before` and `after` are the boundaries of the effect; `reply` is its answer.
 *
 * LOCKKEEPER_FAULT_LOG: a file to which every boundary is appended as it is passed, and the place struck:
 * side, effect, count and, where it applies, `struck`, between tabs.
 * LOCKKEEPER_FAULT_PLACES: a JSON list of places. At the first of them that it comes to, the process ends with
 * SIGKILL, or, for a reply, the effect happens and the answer is lost with the connection.
 */
export function faultsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Effects | null {
  const log = environment.LOCKKEEPER_FAULT_LOG;
  if (log === undefined || log === '') return null;
  const open = new Set(JSON.parse(environment.LOCKKEEPER_FAULT_PLACES ?? '[]') as string[]);
  const counts = new Map<string, number>();

  const strikes = (side: string, effect: string, count: number): boolean => {
    const struck = open.has(`${side} ${effect} ${count}`);
    if (side !== 'reply' || struck) {
      appendFileSync(log, `${[side, effect, count, struck ? 'struck' : ''].join('\t')}\n`);
    }
    if (struck) open.clear();
    return struck;
  };
  return {
    async around(effect, act, sever) {
      const count = (counts.get(effect) ?? 0) + 1;
      counts.set(effect, count);
      if (strikes('before', effect, count)) process.kill(process.pid, 'SIGKILL');
      const result = await act();
      if (strikes('after', effect, count)) process.kill(process.pid, 'SIGKILL');
      if (!strikes('reply', effect, count)) return result;
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
