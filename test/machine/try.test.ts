import { test } from 'vitest';
import { answerGate } from '../../src/app/gates.ts';
import { startWorld } from '../support/platform.ts';
import { schema, verifiedEmail } from './scenarios.ts';

test('try', async () => {
  const t0 = performance.now();
  const world = await startWorld({ schema });
  console.log('world', performance.now() - t0);
  const bundle = await world.upload(verifiedEmail);
  for (let i = 0; i < 4; i++) {
    const t1 = performance.now();
    await world.fresh();
    const t2 = performance.now();
    let last = t2;
    const times: string[] = [];
    let started = 0;
    world.interfere({
      faults: (d) => { started = performance.now(); times.push(`gap ${(started - last).toFixed(0)}`); return undefined; },
      onDelivered: async (d, r) => {
        last = performance.now();
        times.push(`${d.functionName.slice(11)} ${r.ok} ${(last - started).toFixed(0)}`);
        if (!r.ok) console.log(r);
        const p = d.payload as any;
        if (p.gate !== undefined && p.gate !== 'delay') void world.clock.busy(() => answerGate(world.platform.app, p.runId, p.gate, { answer: 'approved', by: 'test' }));
      },
    });
    const ended = await world.finish(world.start({ migration: '042', bundle }));
    console.log('fresh', t2 - t1, 'run', performance.now() - t2, ended.status, ended.error, ended.run.verdict, ended.run.because);
    console.log(times.join(' | '));
    for (const e of await world.platform.app.store.listEvents(ended.run.runId)) if (i===0) console.log(e.kind, e.text);
  }
  console.log((await world.query('SELECT * FROM users LIMIT 3')));
  await world.stop();
}, 120000);
