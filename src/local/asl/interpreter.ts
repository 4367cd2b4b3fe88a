import { BranchAborted } from './abort.ts';
import type { Graph, State } from './definition.ts';
import { RunAborted, StateFailure, toFailure } from './failure.ts';
import { runChoice, runFail, runWait } from './flow-states.ts';
import type { Frame } from './frame.ts';
import type { Json } from './json.ts';
import { runMap } from './map-state.ts';
import { runParallel } from './parallel-state.ts';
import { recover } from './recovery.ts';
import { runTask } from './task-state.ts';
import { type Step, Visit } from './visit.ts';

/**
 * Runs a graph of states to its end and returns its output.
 * @throws StateFailure the failure that no state caught
 * @throws RunAborted when the frame's signal is aborted
 */
export async function runGraph(graph: Graph, input: Json, frame: Frame): Promise<Json> {
  let name: string | undefined = graph.StartAt;
  let data = input;
  while (name !== undefined) {
    frame.signal.throwIfAborted();
    const state: State | undefined = graph.States[name];
    if (!state) throw new StateFailure('States.Runtime', `There is no state ${name}.`);
    const visit: Visit = new Visit(name, state, data, frame);
    const step: Step = await runState(visit);
    visit.exit(step);
    data = step.output;
    name = step.next;
  }
  return data;
}

async function runState(visit: Visit): Promise<Step> {
  try {
    return await dispatch(visit);
  } catch (error) {
    if (!(error instanceof RunAborted)) throw toFailure(error);
    if (error instanceof BranchAborted && ABORTABLE.has(visit.state.Type)) {
      visit.frame.trail.record(`${visit.state.Type}StateAborted`);
    }
    throw error;
  }
}

/** Types of states for which AWS has an event that says they were aborted. */
const ABORTABLE: ReadonlySet<State['Type']> = new Set(['Task', 'Wait', 'Map', 'Parallel']);

function dispatch(visit: Visit): Promise<Step> {
  const { state } = visit;
  switch (state.Type) {
    case 'Task':
      return recover(visit, state, () => runTask(visit, state));
    case 'Parallel':
      return recover(visit, state, () => runParallel(visit, state, runGraph));
    case 'Map':
      return recover(visit, state, () => runMap(visit, state, runGraph));
    case 'Choice':
      return runChoice(visit, state);
    case 'Wait':
      return runWait(visit, state);
    case 'Pass':
      return visit.finish(state, state.Next);
    case 'Succeed':
      return visit.finish(state, undefined);
    case 'Fail':
      return runFail(visit, state);
  }
}
