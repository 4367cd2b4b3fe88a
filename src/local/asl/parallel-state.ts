import { runAll } from './abort.ts';
import type { Graph, ParallelState } from './definition.ts';
import { evaluate } from './expression.ts';
import { type Frame, innerFrame } from './frame.ts';
import type { Json } from './json.ts';
import { checkSize } from './limits.ts';
import type { Visit } from './visit.ts';

export type RunGraph = (graph: Graph, input: Json, frame: Frame) => Promise<Json>;

/** Runs the branches at the same time; the first failure aborts the others and is the state's failure. */
export async function runParallel(visit: Visit, state: ParallelState, runGraph: RunGraph): Promise<Json> {
  const { frame } = visit;
  const input =
    state.Arguments === undefined ? visit.input : await evaluate(state.Arguments, 'Arguments', visit.query());
  checkSize(input, `${visit.where} The input of the branches`);
  frame.trail.record('ParallelStateStarted');
  const branches = state.Branches;
  const inner = branches.map((graph) => ({ graph, trail: frame.trail.fork() }));
  const results = await runAll(branches.length, branches.length, frame.signal, async (i, signal) => {
    const branch = inner[i];
    if (!branch) throw new RangeError(`no branch ${i}`);
    const branchFrame = { ...innerFrame(frame, signal), trail: branch.trail };
    try {
      return await runGraph(branch.graph, input, branchFrame);
    } finally {
      frame.trail.join(branch.trail);
    }
  });
  frame.trail.record('ParallelStateSucceeded');
  return results;
}
