import { afterEach, describe, expect, it } from 'vitest';
import { plainEffects } from '../../../../src/app/ports/effects.ts';
import { runId } from '../../../../src/core/ids.ts';
import { SqlServerDatabase } from '../../../../src/engines/sqlserver/database.ts';
import { Connection } from '../../../../src/engines/sqlserver/session/connection.ts';
import { RealClock } from '../../../../src/local/clock/real-clock.ts';
import { startTdsServer, type TdsAnswer } from '../../../support/tds-server.ts';
import { attempt, step, undo } from '../../postgres/support.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const create = 'CREATE INDEX i ON dbo.t (a) WITH (ONLINE = ON, RESUMABLE = ON, MAX_DURATION = 10 MINUTES)';
const build = step('expand-1', 'alone', create);

/** What a server would know: the journal's row, the paused build, and whether the index is there. */
interface Standing {
  state: 'intended' | 'attempted' | 'done' | null;
  paused: boolean;
  there: boolean;
}

/** A server that answers the engine's questions from `standing`, and its statements as `act` says. */
async function connectTo(standing: Standing, act: (sql: string, isCall: boolean) => TdsAnswer | null) {
  const nothing: TdsAnswer = { rows: [] };
  const answers: readonly (readonly [RegExp, () => TdsAnswer])[] = [
    [/@@SPID AS id/, () => ({ rows: [{ id: '51' }] })],
    [
      /SERVERPROPERTY/,
      () => ({
        rows: [
          {
            version: '16.0.1000.6',
            database: 'shop',
            schema: 'dbo',
            edition: '3',
            major: '16',
            requests: '0',
            resumable: '1',
            transactions: '1',
            replicas: '1',
            writes: '1',
          },
        ],
      }),
    ],
    [/sp_getapplock/, () => ({ rows: [{ code: '0' }] })],
    [
      /SELECT state, note, unattended/,
      () =>
        standing.state === null
          ? nothing
          : { rows: [{ state: standing.state, note: '{"present":false}', unattended: '0' }] },
    ],
    [
      /FROM sys\.index_resumable_operations/,
      () => (standing.paused ? { rows: [{ name: 'i', percent: '41.5' }] } : nothing),
    ],
    [/FROM sys\.indexes/, () => (standing.there ? { rows: [{ found: '1' }] } : nothing)],
  ];
  const server = await startTdsServer({
    answer: (sql, isCall) => {
      if (/SET state = 'intended'/.test(sql)) standing.state = 'intended';
      if (/SET state = 'attempted'/.test(sql)) standing.state = 'attempted';
      if (/SET state = 'done'/.test(sql)) standing.state = 'done';
      const done = act(sql, isCall);
      if (done !== null) return done;
      return answers.find(([pattern]) => pattern.test(sql))?.[1]() ?? nothing;
    },
  });
  closers.push(() => server.close());
  const login = {
    host: '127.0.0.1',
    port: server.port,
    user: 'u',
    password: 'p',
    database: 'shop',
    tls: { mode: 'off' as const },
  };
  const tag = { runId: runId('run-1'), role: 'main' };
  const connection = await Connection.open(login, tag, new AbortController().signal, plainEffects);
  const database = new SqlServerDatabase(connection, new RealClock());
  closers.push(() => database.close());
  return { server, database };
}

const timeIsOver: TdsAnswer = {
  errors: [
    {
      number: 3643,
      message: 'The operation elapsed time exceeded the maximum time specified for this operation.',
    },
    { number: 3621, message: 'The statement has been terminated.' },
  ],
};

describe('a resumable build', () => {
  it('that has paused itself at the end of its time is taken up again until it is there', async () => {
    const standing: Standing = { state: null, paused: false, there: false };
    const { server, database } = await connectTo(standing, (sql) => {
      if (sql === create) {
        standing.paused = true;
        return timeIsOver;
      }
      if (/^ALTER INDEX \[i\] ON \[dbo\]\.\[t\] RESUME/.test(sql)) {
        Object.assign(standing, { paused: false, there: true });
        return { rows: [] };
      }
      return null;
    });
    expect(await database.attemptStep(build, attempt(1))).toEqual({
      kind: 'running',
      progress: { phase: 'resumable build of i: PAUSED', done: 41.5, total: 100 },
    });
    expect(standing.state).toBe('intended');
    expect(await database.attemptStep(build, attempt(1))).toEqual({ kind: 'done', alreadyDone: false });
    expect(standing.state).toBe('done');
    expect(server.asked.filter((sql) => sql === create)).toHaveLength(1);
    expect(server.asked).toContain('ALTER INDEX [i] ON [dbo].[t] RESUME WITH (MAX_DURATION = 10 MINUTES)');
  });

  it('that failed and left nothing takes its intent back', async () => {
    const standing: Standing = { state: null, paused: false, there: false };
    const { database } = await connectTo(standing, (sql) =>
      sql === create ? { errors: [{ number: 1911, message: 'Column name a does not exist.' }] } : null,
    );
    await expect(database.attemptStep(build, attempt(1))).rejects.toMatchObject({
      class: 'fatal',
      message: expect.stringContaining('error 1911'),
    });
    expect(standing.state).toBe('attempted');
  });

  it('that ended unheard is not built again', async () => {
    const standing: Standing = { state: 'intended', paused: false, there: true };
    const { server, database } = await connectTo(standing, () => null);
    expect(await database.attemptStep(build, attempt(1))).toMatchObject({ kind: 'done' });
    expect(server.asked.filter((sql) => sql === create)).toEqual([]);
  });

  it('is refused where an index of the name was there before', async () => {
    const { database } = await connectTo({ state: null, paused: false, there: true }, () => null);
    await expect(database.attemptStep(build, attempt(1))).rejects.toMatchObject({ code: 'already-exists' });
  });

  it('that was paused is given up by the step that undoes it', async () => {
    const standing: Standing = { state: null, paused: true, there: false };
    const { server, database } = await connectTo(standing, (sql) => {
      if (/ABORT$/.test(sql)) standing.paused = false;
      return /@@TRANCOUNT AS depth/.test(sql) ? { rows: [{ depth: '1' }] } : null;
    });
    const drop = undo('undo-1', ['expand-1'], 'transaction', 'DROP INDEX IF EXISTS i ON dbo.t');
    expect(await database.attemptStep(drop, attempt(1))).toMatchObject({ kind: 'done' });
    expect(server.asked).toContain('ALTER INDEX [i] ON [dbo].[t] ABORT');
    expect(server.asked.indexOf('ALTER INDEX [i] ON [dbo].[t] ABORT')).toBeLessThan(
      server.asked.indexOf('DROP INDEX IF EXISTS i ON dbo.t'),
    );
  });
});

describe('a step in a transaction', () => {
  it('begins and ends it in batches, since a call may not leave another count of transactions behind', async () => {
    const { server, database } = await connectTo(
      { state: null, paused: false, there: false },
      (sql, isCall) => {
        const unbalanced = /BEGIN TRANSACTION/.test(sql) !== /COMMIT TRANSACTION/.test(sql);
        if (isCall && unbalanced)
          return { errors: [{ number: 266, message: 'Transaction count after EXECUTE …' }] };
        return /@@TRANCOUNT AS depth/.test(sql) ? { rows: [{ depth: '1' }] } : null;
      },
    );
    const one = step('expand-1', 'transaction', 'DROP TABLE t');
    expect(await database.attemptStep(one, attempt(1))).toEqual({ kind: 'done', alreadyDone: false });
    expect(server.asked.some((sql) => /COMMIT TRANSACTION/.test(sql))).toBe(true);
  });

  it('does not go on behind a statement that has ended the transaction', async () => {
    const { server, database } = await connectTo({ state: null, paused: false, there: false }, (sql) =>
      /@@TRANCOUNT AS depth/.test(sql) ? { rows: [{ depth: '0' }] } : null,
    );
    const two = step('expand-1', 'transaction', 'COMMIT', 'DROP TABLE t');
    await expect(database.attemptStep(two, attempt(1))).rejects.toMatchObject({ code: 'own-transaction' });
    expect(server.asked).not.toContain('DROP TABLE t');
  });
});
