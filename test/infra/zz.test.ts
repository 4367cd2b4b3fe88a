import { test } from 'vitest';
import { synthesize } from './synth.ts';
test('x', () => { const t0=Date.now(); const s = synthesize();  console.log(Date.now()-t0); const t1=Date.now(); synthesize(); console.log(Date.now()-t1); });
