import { runAll } from './abort.ts';
import { isDistributed, type MapState } from './definition.ts';
import { runDistributedMap } from './distributed-map.ts';
import { evaluate, evaluateAs, evaluateInteger } from './expression.ts';
import { RunAborted } from './failure.ts';
import { innerFrame } from './frame.ts';
import type { Json } from './json.ts';
import { checkSize, DISTRIBUTED_MAP_CONCURRENCY, INLINE_MAP_CONCURRENCY } from './limits.ts';
import type { RunGraph } from './parallel-state.ts';
import type { Visit } from './visit.ts';

/** Runs the item processor once an item; the result has one element an item, in the items' order. */
export async function runMap(visit: Visit, state: MapState, runGraph: RunGraph): Promise<Json> {
  const query = visit.query();
  const items = await evaluateAs<readonly Json[]>('array', state.Items ?? visit.input, 'Items', query);
  const bounds = { min: 0, max: DISTRIBUTED_MAP_CONCURRENCY };
  const wanted = await evaluateInteger(state.MaxConcurrency ?? 0, 'MaxConcurrency', query, bounds);
  visit.frame.trail.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
  const result = isDistributed(state)
    ? await runDistributedMap(visit, state, items, wanted || DISTRIBUTED_MAP_CONCURRENCY)
    : await runInlineMap(visit, state, items, wanted || INLINE_MAP_CONCURRENCY, runGraph);
  visit.frame.trail.record('MapStateSucceeded');
  return result;
}

/** What an iteration gets: the item, or what ItemSelector makes of it. */
export async function itemInput(visit: Visit, state: MapState, item: Json, index: number): Promise<Json> {
  if (state.ItemSelector === undefined) return item;
  const query = visit.query({ mapItem: { Index: index, Value: item } });
  return checkSize(
    await evaluate(state.ItemSelector, 'ItemSelector', query),
    `${visit.where} The input of an item`,
  );
}

async function runInlineMap(
  visit: Visit,
  state: MapState,
  items: readonly Json[],
  concurrency: number,
  runGraph: RunGraph,
): Promise<Json> {
  const { frame } = visit;
  const start = frame.trail.fork();
  return runAll(items.length, concurrency, frame.signal, async (index, signal) => {
    const inner = { ...innerFrame(frame, signal), trail: start.fork() };
    const record = (what: 'Started' | 'Succeeded' | 'Failed' | 'Aborted'): void => {
      const details = { name: visit.name, index };
      inner.trail.record(`MapIteration${what}`, { [`mapIteration${what}EventDetails`]: details });
    };
    try {
      const input = await itemInput(visit, state, items[index] ?? null, index);
      record('Started');
      const output = await runGraph(state.ItemProcessor, input, inner);
      record('Succeeded');
      return output;
    } catch (error) {
      record(error instanceof RunAborted ? 'Aborted' : 'Failed');
      throw error;
    } finally {
      frame.trail.join(inner.trail);
    }
  });
}
