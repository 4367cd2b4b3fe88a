import { setImmediate as aTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RetryableError } from '../../src/core/errors.ts';
import { watchBlockers } from '../../src/engines/blocker-watch.ts';
import { endOf } from '../../src/engines/detached.ts';

const report = {
  session: '7',
  user: 'reader',
  application: 'the-report',
  state: 'active',
  transactionSeconds: 90,
};

it('an overdue wait was a wait for a lock, although its statement hears of its end before who ended it', async () => {
  let cancel: (error: Error) => void = () => undefined;
  const statement = new Promise<never>((_, reject) => {
    cancel = reject;
  });
  const watch = watchBlockers(
    {
      shortestLookMs: 1,
      readBlockers: async () => [report],
      async endOverdueWait() {
        cancel(new RetryableError('canceling statement due to user request', { code: 'statement-timeout' }));
        await aTurn();
        return true;
      },
    },
    1,
  );
  const patience = { deadline: performance.now() + 30_000, signal: new AbortController().signal };
  expect(await endOf(statement, watch, patience)).toEqual({ kind: 'locked', blockers: [report] });
});
