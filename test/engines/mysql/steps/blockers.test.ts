import { expect, it } from 'vitest';
import { attempt, enter, step } from '../../postgres/support.ts';
import { everyMysql } from '../support.ts';

everyMysql('who holds a row', (_kind, database) => {
  it('is named after however short a wait, also when the statement had long been at work before', async () => {
    const opened = await database();
    await opened.query(
      'CREATE TABLE t (id int PRIMARY KEY, visits int)',
      'INSERT INTO t VALUES (1, 0), (2, 0)',
    );
    const connected = await opened.connect();
    const fence = await enter(connected);
    const writer = await opened.client();
    await writer.query('BEGIN');
    await writer.query('UPDATE t SET visits = 5 WHERE id = 2');
    const update = step('expand-1', 'transaction', 'UPDATE t SET visits = SLEEP(0.5)');
    expect(await connected.attemptStep(update, attempt(fence, { lockTimeoutMs: 100 }))).toMatchObject({
      kind: 'locked',
      blockers: [{ state: expect.stringMatching(/transaction open/) }],
    });
  });
});
