import { test } from 'vitest';
import { answerGate } from '../../src/app/gates.ts';
import { startWorld } from '../support/platform.ts';
import { schema, verifiedEmail } from './scenarios.ts';
test('try', async () => {
  const world = await startWorld({ schema });
  const bundle = await world.upload(verifiedEmail);
  for (let i = 0; i < 5; i++) {
    await world.fresh();
    const t2 = performance.now(); const cpu = process.cpuUsage();
    let last = t2; const times: string[] = []; let started = 0;
    world.interfere({
      faults: (d) => { started = performance.now(); times.push(`gap ${(started - last).toFixed(0)}`); return undefined; },
      onDelivered: async (d, r) => {
        last = performance.now();
        times.push(`${d.functionName.slice(11)} ${(last - started).toFixed(0)}`);
        const p = d.payload as any;
        if (p.gate !== undefined && p.gate !== 'delay') void world.clock.busy(() => answerGate(world.platform.app, p.runId, p.gate, { answer: 'approved', by: 'test' }));
      },
    });
    const ended = await world.finish(world.start({ migration: '042', bundle }));
    const c = process.cpuUsage(cpu);
    console.log('run', (performance.now() - t2) | 0, ended.status, 'cpu here', c.user / 1000 | 0, c.system / 1000 | 0);
    console.log(times.join(' | '));
  }
  await world.stop();
}, 120000);
