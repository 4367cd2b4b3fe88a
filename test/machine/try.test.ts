import { test } from 'vitest';
import { startWorld } from '../support/platform.ts';
import { runScenario } from './run-scenario.ts';
import { schema, verifiedEmail } from './scenarios.ts';

test('try', async () => {
  const world = await startWorld({ schema });
  for (let i = 0; i < 2; i++) {
    const t2 = performance.now();
    const o = await runScenario(world, {
      files: verifiedEmail,
      migration: '042',
      meanwhile: {
        'lockkeeper-partition': `INSERT INTO users (email, email_confirmation_token) VALUES ('late@example.com', NULL), ('later@example.com', 'x')`,
      },
    });
    console.log('run', performance.now() - t2);
    if (i === 0)
      for (const b of o.passed) console.log(`${b.invocation}\t${b.ordinal}\t${b.side}\t${b.effect}`);
    console.log(o.passed.length, o.retries, {
      ...o.end,
      schema: o.end.schema.length,
      users: o.end.users.slice(-4),
    });
  }
  await world.stop();
}, 120000);
