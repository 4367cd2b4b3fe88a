import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainEffects } from '../../../src/app/ports/effects.ts';
import { LoginRefusedError } from '../../../src/core/errors.ts';
import { createPostgresEngine } from '../../../src/engines/postgres/engine.ts';
import { RealClock } from '../../../src/local/clock/real-clock.ts';
import { TestServer } from './support.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

it('the engine connects, reads and is closed', async () => {
  const { login } = await server.database();
  const engine = createPostgresEngine({ effects: plainEffects, clock: new RealClock() });
  expect(engine).toMatchObject({
    name: 'postgres',
    capabilities: { transactionalDdl: true, concurrentIndex: true },
  });
  const tag = { runId: 'none', role: 'plan' } as const;
  const { signal } = new AbortController();
  const database = await engine.connect(login, tag, signal);
  expect((await database.facts([])).serverVersion).toMatch(/^18/);
  expect((await database.fingerprint()).hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await database.readLedger()).toMatchObject({ installed: false });
  await database.close();
  await expect(engine.connect({ ...login, password: 'wrong' }, tag, signal)).rejects.toBeInstanceOf(
    LoginRefusedError,
  );
});
