import type pg from 'pg';
import type { DataApiPlace } from '../../../src/app/ports/data-api.ts';
import { openDataApi, rdsDataApi } from '../../../src/aws/data-api.ts';
import { DataApiLink } from '../../../src/engines/postgres/data-api/data-api-link.ts';
import { dataApiWork } from '../../../src/engines/postgres/data-api/data-api-work.ts';
import { PostgresDatabase } from '../../../src/engines/postgres/database.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { startGateway } from '../../../src/local/gateway/gateway.ts';
import { type RdsDataOptions, RdsDataService } from '../../../src/local/rds-data/service.ts';
import { TestServer } from '../postgres/support.ts';
import { Closers, connectionOf, type World } from './world.ts';

const clusterArn = 'arn:aws:rds:us-east-1:000000000000:cluster:test';
const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:test-abcdef';

/** PostgreSQL behind the local cloud's Data API, as the functions reach Aurora. */
export async function openDataApiWorld(limits?: RdsDataOptions['limits']): Promise<World> {
  const server = await TestServer.start();
  const { username, password } = new URL(server.server.superuserUrl);
  const service = new RdsDataService({
    clock: new RealClock(),
    cluster: (arn) =>
      arn === clusterArn ? { enabled: true, engine: 'aurora-postgresql', port: server.server.port } : null,
    secret: (arn) => (arn === secretArn ? { username, password } : null),
    limits,
  });
  const gateway = await startGateway({ services: [service] });
  const client = openDataApi({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const api = rdsDataApi({ client, clock: new RealClock() });
  const closers = new Closers();
  return {
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
      client.destroy();
      await gateway.close();
      await service.stop();
      await server.stop();
    },
  };
}
