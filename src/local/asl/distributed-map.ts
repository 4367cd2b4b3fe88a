import { runAll } from './abort.ts';
import { endOf } from './child.ts';
import type { MapState } from './definition.ts';
import { evaluateAs, evaluateInteger } from './expression.ts';
import { RunAborted, StateFailure } from './failure.ts';
import type { MapRun } from './host.ts';
import type { Json } from './json.ts';
import { checkSize } from './limits.ts';
import { itemInput } from './map-state.ts';
import type { Visit } from './visit.ts';

/**
 * Runs each item as an execution of its own, under one map run. More failures than tolerated stop the
 * other children and fail the state. Tolerated failures leave no element in the result.
 */
export async function runDistributedMap(
  visit: Visit,
  state: MapState,
  items: readonly Json[],
  concurrency: number,
): Promise<Json> {
  const { trail, run } = visit.frame;
  const tolerance = await readTolerance(visit, state);
  const inputs: Json[] = [];
  for (const [index, item] of items.entries()) inputs.push(await itemInput(visit, state, item, index));
  const mapRun = run.host.startMapRun({
    label: state.Label,
    processor: state.ItemProcessor,
    total: items.length,
    maxConcurrency: concurrency,
    toleratedFailureCount: tolerance.count ?? 0,
    toleratedFailurePercentage: tolerance.percentage ?? 0,
  });
  trail.record('MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: mapRun.arn } });
  try {
    const outputs = await runChildren(visit, mapRun, inputs, concurrency, tolerance);
    mapRun.end('SUCCEEDED');
    trail.record('MapRunSucceeded');
    return checkSize(outputs, `${visit.where} The result of the map run`);
  } catch (error) {
    const aborted = error instanceof RunAborted;
    mapRun.end(aborted ? 'ABORTED' : 'FAILED');
    if (error instanceof StateFailure && error.error === EXCEEDED) {
      const mapRunFailedEventDetails = { error: error.error, cause: error.causeText };
      trail.record('MapRunFailed', { mapRunFailedEventDetails });
    }
    throw error;
  }
}

const EXCEEDED = 'States.ExceedToleratedFailureThreshold';

interface Tolerance {
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

async function readTolerance(visit: Visit, state: MapState): Promise<Tolerance> {
  const { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage } = state;
  const query = visit.query();
  const bounds = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const read = {
    count:
      count === undefined ? undefined : await evaluateInteger(count, 'ToleratedFailureCount', query, bounds),
    percentage:
      percentage === undefined
        ? undefined
        : await evaluateAs<number>('number', percentage, 'ToleratedFailurePercentage', query),
  };
  if (read.percentage !== undefined && !(read.percentage >= 0 && read.percentage <= 100)) {
    throw new StateFailure(
      'States.Runtime',
      `${visit.where} ToleratedFailurePercentage must be between 0 and 100.`,
    );
  }
  return read;
}

/** Without a tolerance no failure is tolerated; with both, exceeding either is too much. */
function isExceeded({ count, percentage }: Tolerance, failures: number, total: number): boolean {
  if (count === undefined && percentage === undefined) return failures > 0;
  const tooMany = count !== undefined && failures > count;
  return tooMany || (percentage !== undefined && (failures / total) * 100 > percentage);
}

async function runChildren(
  visit: Visit,
  mapRun: MapRun,
  inputs: readonly Json[],
  concurrency: number,
  tolerance: Tolerance,
): Promise<Json[]> {
  let failures = 0;
  const outputs = await runAll(inputs.length, concurrency, visit.frame.signal, async (index, signal) => {
    const ended = await endOf(mapRun.startChild(inputs[index] ?? null), signal);
    if (ended.status === 'SUCCEEDED') return ended.output ?? null;
    failures += 1;
    if (isExceeded(tolerance, failures, inputs.length)) {
      throw new StateFailure(EXCEEDED, 'The specified tolerated failure threshold was exceeded');
    }
    return undefined;
  });
  return outputs.filter((output) => output !== undefined);
}
