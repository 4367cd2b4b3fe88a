import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { RdsService } from '../../../src/local/rds/service.ts';
import { SecretsService } from '../../../src/local/secrets/service.ts';
import { serve } from '../../support/serve.ts';

const place = { clock: new RealClock(), region: 'us-east-1', account: '000000000000' };
let rds: RdsService;
let served: Awaited<ReturnType<typeof serve<SecretsManagerClient>>>;

beforeAll(async () => {
  rds = await RdsService.open({ ...place, durability: 'relaxed' });
  const secrets = new SecretsService({
    ...place,
    setDatabasePassword: ({ instanceIdentifier, user }, password) =>
      rds.instance(instanceIdentifier).setPassword(user, password),
  });
  served = await serve(secrets, SecretsManagerClient);
});
afterAll(async () => {
  await served?.stop();
  await rds?.stop();
});

const value = async (SecretId: string, VersionStage?: string) =>
  (
    await served.client.send(
      new GetSecretValueCommand({ SecretId, ...(VersionStage ? { VersionStage } : {}) }),
    )
  ).SecretString;

describe('a secret', () => {
  test('keeps its current and its previous value', async () => {
    const created = await served.client.send(
      new CreateSecretCommand({ Name: 'app/db', SecretString: 'one' }),
    );
    expect(created.ARN).toMatch(
      /^arn:aws:secretsmanager:us-east-1:000000000000:secret:app\/db-[A-Za-z0-9]{6}$/,
    );
    await expect(value('app/db', 'AWSPREVIOUS')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await served.client.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretString: 'two' }));
    await served.client.send(new UpdateSecretCommand({ SecretId: created.ARN, SecretString: 'three' }));
    expect([await value(created.ARN ?? ''), await value('app/db', 'AWSPREVIOUS')]).toEqual(['three', 'two']);
  });

  test('takes the same request twice as one version', async () => {
    const ClientRequestToken = '0123456789abcdef0123456789abcdef';
    const put = new PutSecretValueCommand({ SecretId: 'twice', SecretString: 'two', ClientRequestToken });
    await served.client.send(new CreateSecretCommand({ Name: 'twice', SecretString: 'one' }));
    await served.client.send(put);
    await served.client.send(put);
    expect(await value('twice', 'AWSPREVIOUS')).toBe('one');
  });

  test('is described and listed without its value', async () => {
    await served.client.send(
      new CreateSecretCommand({ Name: 'shown', SecretString: 'hidden', Tags: [{ Key: 'team', Value: 'x' }] }),
    );
    const { $metadata: _, ...described } = await served.client.send(
      new DescribeSecretCommand({ SecretId: 'shown' }),
    );
    const listed = await served.client.send(new ListSecretsCommand({}));
    expect(described).toMatchObject({ Name: 'shown', Tags: [{ Key: 'team', Value: 'x' }] });
    expect(described.CreatedDate?.getTime()).toBeGreaterThan(Date.now() - 600_000);
    expect(listed.SecretList?.map(({ Name }) => Name)).toContain('shown');
    expect(JSON.stringify([described, listed.SecretList])).not.toContain('hidden');
  });

  test('cannot be read once it is deleted', async () => {
    await served.client.send(new CreateSecretCommand({ Name: 'old', SecretString: 'x' }));
    await served.client.send(new DeleteSecretCommand({ SecretId: 'old' }));
    await expect(value('old')).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await expect(value('never')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('a rotation changes the password on the real database, and open connections live on', async () => {
  const instance = await rds.createInstance({
    identifier: 'rotated',
    masterUsername: 'owner',
    masterPassword: 'before-rotation',
    dbName: 'app',
  });
  const login = { host: instance.host, port: instance.port, user: 'owner', database: 'app' };
  await served.client.send(
    new CreateSecretCommand({
      Name: 'rotated',
      SecretString: JSON.stringify({
        engine: 'postgres',
        username: 'owner',
        password: 'before-rotation',
        dbInstanceIdentifier: 'rotated',
      }),
    }),
  );
  const open = new pg.Client({ ...login, password: 'before-rotation' });
  await open.connect();
  await served.client.send(new RotateSecretCommand({ SecretId: 'rotated' }));

  const current = JSON.parse((await value('rotated')) ?? '{}') as { password: string; engine: string };
  expect(current.engine).toBe('postgres');
  const fresh = new pg.Client({ ...login, password: current.password });
  await fresh.connect();
  await fresh.end();
  await expect(new pg.Client({ ...login, password: 'before-rotation' }).connect()).rejects.toMatchObject({
    code: '28P01',
  });
  expect((await open.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await open.end();
});
