import type { RDSDataClient } from '@aws-sdk/client-rds-data';
import type { Clock } from '../../src/app/ports/clock.ts';
import { openDataApi } from '../../src/aws/data-api.ts';
import { RealClock } from '../../src/local/clock/real-clock.ts';
import { startGateway } from '../../src/local/gateway/gateway.ts';
import { type RdsDataOptions, RdsDataService } from '../../src/local/rds-data/service.ts';
import type { TestPostgres } from './postgres.ts';

export const clusterArn = 'arn:aws:rds:us-east-1:000000000000:cluster:test';
export const secretArn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:test-abcdef';

export interface TestDataApi {
  /** Makes a single attempt at each call. */
  readonly client: RDSDataClient;
  stop(): Promise<void>;
}

/** The local cloud's Data API over a server of a test, as if it were the writer of a cluster. */
export async function serveDataApi(
  server: TestPostgres,
  options: {
    readonly limits?: RdsDataOptions['limits'];
    readonly clock?: Clock;
    readonly enabled?: boolean;
  } = {},
): Promise<TestDataApi> {
  const { limits, clock = new RealClock(), enabled = true } = options;
  const { username, password } = new URL(server.superuserUrl);
  const service = new RdsDataService({
    clock,
    cluster: (arn) =>
      arn === clusterArn ? { enabled, engine: 'aurora-postgresql', port: server.port } : null,
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
  return {
    client,
    async stop() {
      client.destroy();
      await gateway.close();
      await service.stop();
    },
  };
}
