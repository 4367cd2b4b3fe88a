import type pg from 'pg';
import type { DataApiPlace } from '../../../src/app/ports/data-api.ts';
import { rdsDataApi } from '../../../src/aws/data-api.ts';
import { DataApiLink } from '../../../src/engines/postgres/data-api/data-api-link.ts';
import { dataApiWork } from '../../../src/engines/postgres/data-api/data-api-work.ts';
import { PostgresDatabase } from '../../../src/engines/postgres/database.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import type { RdsDataOptions } from '../../../src/local/rds-data/service.ts';
import { clusterArn, secretArn, serveDataApi } from '../../support/data-api.ts';
import { TestServer } from '../postgres/support.ts';
import { Closers, connectionOf, type Gap, type World } from './world.ts';

const sessions = {
  capability: 'sessions that last',
  instead: 'each transaction takes the locks for itself (test/engines/postgres/data-api)',
};
const gaps: readonly Gap[] = [
  {
    ...sessions,
    unverified: [
      'workers: of the same partition exclude each other',
      'workers: keep steps out, and steps keep them out',
      'workers: carry on where one that was killed had stopped',
      'a step that changes the schema: whose session is killed before the statement began',
      'the ledger: lets one program at a time drive runs',
      'the ledger: has every session of a run found and ended',
    ],
  },
  {
    capability: 'a session that looks on',
    instead: 'each look takes a connection of its own, longer than the 300 ms of that wait',
    unverified: ['a step that changes the schema: waits for readers no longer than it may'],
  },
  {
    capability: 'an effect of its own for the installation',
    instead: 'the transaction that enters the run installs the ledger',
    unverified: ['the ledger: to install ledger changes nothing'],
  },
];

/** PostgreSQL behind the local cloud's Data API, as the functions reach Aurora. */
export async function openDataApiWorld(limits?: RdsDataOptions['limits']): Promise<World> {
  const server = await TestServer.start();
  const served = await serveDataApi(server.server, { limits });
  const api = rdsDataApi({ client: served.client, clock: new RealClock() });
  const closers = new Closers();
  return {
    gaps,
    async database() {
      const database = await server.database();
      const place: DataApiPlace = { clusterArn, secretArn, database: database.login.database };
      return {
        query: <Row>(...statements: readonly string[]) => database.queries<Row>(...statements),
        async client() {
          const opened: pg.Client = await database.client();
          return { query: (sql: string) => opened.query(sql), close: () => opened.end() };
        },
        async connect(options = {}) {
          const { tag, effects, clock, signal } = connectionOf(options);
          const link = new DataApiLink(api, place, tag, signal, effects);
          const connected = new PostgresDatabase(link, dataApiWork(link), clock, 'the Data API');
          closers.add(() => connected.close());
          return connected;
        },
      };
    },
    async closeAll() {
      await closers.closeAll();
      await server.closeAll();
    },
    async stop() {
      await served.stop();
      await server.stop();
    },
  };
}
