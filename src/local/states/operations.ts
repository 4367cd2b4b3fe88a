import { isObject, type Json } from '../asl/json.ts';
import { StatesError } from './errors.ts';
import type { ExecutionDescription } from './execution.ts';
import type { Executions } from './executions.ts';
import type { HistoryEvent } from './history.ts';
import type { StateMachine, StateMachines } from './machines.ts';
import type { MapRunRecord } from './map-run.ts';
import { paginate } from './pages.ts';
import { optional, required } from './request.ts';

interface Account {
  readonly machines: StateMachines;
  readonly executions: Executions;
}

type Operation = (account: Account, request: unknown) => unknown;

/** The operations of the Step Functions API that are implemented: decoded request in, response out. */
export const operations: Readonly<Record<string, Operation>> = {
  CreateStateMachine({ machines }, request) {
    if ((optional(request, 'type') ?? 'STANDARD') !== 'STANDARD') {
      throw new StatesError('StateMachineTypeNotSupported', 'Only STANDARD state machines run here');
    }
    const [name, definition, role] = [
      required(request, 'name'),
      required(request, 'definition'),
      required(request, 'roleArn'),
    ];
    const { arn, creationDate } = machines.create(name, definition, role);
    return { stateMachineArn: arn, creationDate: seconds(creationDate) };
  },

  UpdateStateMachine({ machines }, request) {
    const definition = optional(request, 'definition');
    const roleArn = optional(request, 'roleArn');
    const arn = required(request, 'stateMachineArn');
    if (definition === undefined && roleArn === undefined) {
      throw new StatesError(
        'MissingRequiredParameter',
        'Either the definition or the role ARN must be specified',
      );
    }
    const { revisionId, updateDate } = machines.update(arn, {
      ...(definition && { definition }),
      ...(roleArn && { roleArn }),
    });
    return { updateDate: seconds(updateDate), revisionId: String(revisionId) };
  },

  DescribeStateMachine: ({ machines }, request) =>
    describeMachine(machines.get(required(request, 'stateMachineArn'))),

  PublishStateMachineVersion({ machines }, request) {
    const stateMachineVersionArn = machines.publish(required(request, 'stateMachineArn'));
    const { updateDate } = machines.get(stateMachineVersionArn);
    return { stateMachineVersionArn, creationDate: seconds(updateDate) };
  },

  CreateStateMachineAlias({ machines }, request) {
    const version = onlyVersion(request);
    const stateMachineAliasArn = machines.createAlias(required(request, 'name'), version);
    return { stateMachineAliasArn, creationDate: seconds(machines.get(version).updateDate) };
  },

  ListStateMachines({ machines }, request) {
    const { items, ...next } = paginate(machines.all(), request);
    return { stateMachines: items.map(summarizeMachine), ...next };
  },

  StartExecution({ executions }, request) {
    const name = optional(request, 'name');
    const stateMachineArn = required(request, 'stateMachineArn');
    const input = json(
      optional(request, 'input') ?? '{}',
      'InvalidExecutionInput',
      'State Machine Execution Input',
    );
    const { arn, startDate } = executions.start({
      stateMachineArn,
      input,
      ...(name !== undefined && { name }),
    });
    return { executionArn: arn, startDate: seconds(startDate) };
  },

  DescribeExecution: ({ executions }, request) =>
    describeExecution(executions.get(required(request, 'executionArn')).description),

  ListExecutions({ executions, machines }, request) {
    const [stateMachineArn, mapRunArn] = [
      optional(request, 'stateMachineArn'),
      optional(request, 'mapRunArn'),
    ];
    const status = optional(request, 'statusFilter');
    if (stateMachineArn !== undefined) machines.get(stateMachineArn);
    else executions.mapRun(required(request, 'mapRunArn'));
    const matching = executions
      .all()
      .map((execution) => execution.description)
      .filter((one) => (mapRunArn ? one.mapRunArn === mapRunArn : one.stateMachineArn === stateMachineArn))
      .filter((one) => status === undefined || one.status === status);
    const { items, ...next } = paginate(matching, request);
    return { executions: items.map(summarizeExecution), ...next };
  },

  StopExecution({ executions }, request) {
    const execution = executions.get(required(request, 'executionArn'));
    execution.stop(optional(request, 'error'), optional(request, 'cause'));
    return { stopDate: seconds(execution.description.stopDate ?? execution.startDate) };
  },

  GetExecutionHistory({ executions }, request) {
    const { events } = executions.get(required(request, 'executionArn')).history;
    const reverse = (request as { reverseOrder?: unknown }).reverseOrder === true;
    const { items, ...next } = paginate(reverse ? events.toReversed() : events, request);
    return { events: items.map(describeEvent), ...next };
  },

  SendTaskSuccess({ executions }, request) {
    const output = json(required(request, 'output'), 'InvalidOutput', 'Output');
    executions.tokens.succeed(required(request, 'taskToken'), output);
    return {};
  },

  SendTaskFailure({ executions }, request) {
    executions.tokens.fail(
      required(request, 'taskToken'),
      optional(request, 'error'),
      optional(request, 'cause'),
    );
    return {};
  },

  SendTaskHeartbeat({ executions }, request) {
    executions.tokens.heartbeat(required(request, 'taskToken'));
    return {};
  },

  DescribeMapRun: ({ executions }, request) =>
    describeMapRun(executions.mapRun(required(request, 'mapRunArn'))),

  ListMapRuns({ executions }, request) {
    const { arn } = executions.get(required(request, 'executionArn'));
    const matching = executions.mapRuns().filter((mapRun) => mapRun.settings.executionArn === arn);
    const { items, ...next } = paginate(matching, request);
    return { mapRuns: items.map(summarizeMapRun), ...next };
  },
};

function describeMachine(machine: StateMachine): object {
  const { arn, name, definition, roleArn, creationDate, revisionId } = machine;
  return {
    stateMachineArn: arn,
    name,
    status: 'ACTIVE',
    definition,
    roleArn,
    type: 'STANDARD',
    creationDate: seconds(creationDate),
    revisionId: String(revisionId),
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
  };
}

function summarizeMachine({ arn, name, creationDate }: StateMachine): object {
  return { stateMachineArn: arn, name, type: 'STANDARD', creationDate: seconds(creationDate) };
}

/** Of an alias. @throws StatesError ValidationException unless all executions go to one version */
function onlyVersion(request: unknown): string {
  const routes: unknown = isObject(request) ? request.routingConfiguration : undefined;
  const [route, ...more] = Array.isArray(routes) ? routes : [];
  if (more.length === 0) return required(route, 'stateMachineVersionArn');
  throw new StatesError('ValidationException', 'The local cloud has aliases of one version only');
}

function describeExecution(execution: ExecutionDescription): object {
  const { input, output, error, cause } = execution;
  return {
    ...summarizeExecution(execution),
    input: JSON.stringify(input),
    inputDetails: { included: true },
    ...(output !== undefined && { output: JSON.stringify(output), outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

function summarizeExecution(execution: ExecutionDescription): object {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, mapRunArn } = execution;
  const times = {
    startDate: seconds(startDate),
    ...(stopDate !== undefined && { stopDate: seconds(stopDate) }),
  };
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    redriveCount: 0,
    ...times,
    ...(mapRunArn && { mapRunArn }),
  };
}

function describeEvent({ details, timestamp, ...event }: HistoryEvent): object {
  return { ...event, timestamp: seconds(timestamp), ...details };
}

function describeMapRun(mapRun: MapRunRecord): object {
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = mapRun.settings;
  const { stateMachineArn: _, ...summary } = summarizeMapRun(mapRun);
  const counts = mapRun.counts();
  return {
    ...summary,
    status: mapRun.status,
    maxConcurrency,
    toleratedFailureCount,
    toleratedFailurePercentage,
    itemCounts: counts,
    executionCounts: counts,
    redriveCount: 0,
  };
}

function summarizeMapRun({ settings, stopDate }: MapRunRecord): Record<string, unknown> {
  const { arn, executionArn, stateMachineArn, startDate } = settings;
  const times = {
    startDate: seconds(startDate),
    ...(stopDate !== undefined && { stopDate: seconds(stopDate) }),
  };
  return { mapRunArn: arn, executionArn, stateMachineArn, ...times };
}

/** Epoch seconds with milliseconds as the fraction, as JSON 1.0 carries times. */
function seconds(ms: number): number {
  return ms / 1000;
}

function json(text: string, code: string, what: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StatesError(
      code,
      `Invalid ${what}: '${error instanceof Error ? error.message : String(error)}'`,
    );
  }
}
