import { RESOURCES } from './definition.ts';
import { CATCHABLE_STATES_ERRORS } from './failure.ts';
import {
  type Check,
  expression,
  integer,
  list,
  number,
  object,
  oneOf,
  orExpression,
  type Report,
  template,
  text,
} from './fields.ts';
import { isObject } from './json.ts';
import { DISTRIBUTED_MAP_CONCURRENCY, MAX_SECONDS } from './limits.ts';
import { parseTimestamp } from './timestamp.ts';

const seconds = orExpression(integer(1, MAX_SECONDS));

const assign: Check = (value, path, report) => {
  if (!isObject(value)) {
    report.add(path, 'expected an object');
    return;
  }
  for (const name of Object.keys(value)) {
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u.test(name) || name === 'states') {
      report.add(`${path}/${name}`, `${name} is not a name for a variable`);
    }
  }
  template(value, path, report);
};

const errorEquals: Check = (value, path, report) => {
  list(text, 1)(value, path, report);
  if (!Array.isArray(value)) return;
  if (value.includes('States.ALL') && value.length > 1) report.add(path, 'States.ALL must stand alone');
  for (const name of value) {
    if (typeof name === 'string' && name.startsWith('States.') && !CATCHABLE_STATES_ERRORS.has(name)) {
      report.add(path, `${name} is not an error that can be handled here`);
    }
  }
};

const retrier = object(
  {
    ErrorEquals: errorEquals,
    IntervalSeconds: integer(1, MAX_SECONDS),
    BackoffRate: number({ min: 1, max: Number.MAX_VALUE }),
    MaxAttempts: integer(0, MAX_SECONDS),
    MaxDelaySeconds: integer(1, 31_622_399),
    JitterStrategy: oneOf('FULL', 'NONE'),
  },
  ['ErrorEquals'],
);

const catcher = object({ ErrorEquals: errorEquals, Next: text, Assign: assign, Output: template }, [
  'ErrorEquals',
  'Next',
]);

/** States.ALL would hide every retrier or catcher after it. */
function handlers(item: Check): Check {
  return (value, path, report) => {
    list(item)(value, path, report);
    if (!Array.isArray(value)) return;
    value.slice(0, -1).forEach((entry, i) => {
      const names = isObject(entry) && Array.isArray(entry.ErrorEquals) ? entry.ErrorEquals : [];
      if (names.includes('States.ALL')) report.add(`${path}/${i}/ErrorEquals`, 'States.ALL must come last');
    });
  };
}

const comment = { Type: text, Comment: text };
const next = { ...comment, Next: text, End: oneOf(true) };
const result = { Assign: assign, Output: template };
const recoverable = { ...next, ...result, Retry: handlers(retrier), Catch: handlers(catcher) };

const lambdaArguments = object({ FunctionName: template, Payload: template }, ['FunctionName']);
const startArguments = object({ StateMachineArn: template, Input: template, Name: template }, [
  'StateMachineArn',
]);

const timestamp: Check = (value, path, report) => {
  if (typeof value !== 'string' || parseTimestamp(value) === undefined) {
    report.add(path, 'must be an ISO 8601 time with an offset, like 2026-03-14T01:59:00Z');
  }
};

const label: Check = (value, path, report) => {
  text(value, path, report);
  if (typeof value === 'string' && !/^[0-9A-Za-z_.@+=!()'-]{1,40}$/.test(value)) {
    report.add(path, 'must have 1 to 40 characters, without blanks and special characters');
  }
};

const choiceRule = object({ Comment: text, Condition: expression, Next: text, ...result }, [
  'Condition',
  'Next',
]);

/** What each type of state may contain; `graph` and `processor` check the graphs inside it. */
export function stateChecks(graph: Check, processor: Check): Readonly<Record<string, Check>> {
  return {
    Task: (value, path, report) => {
      const starts = isObject(value) && String(value.Resource).includes(':states:startExecution');
      const fields = {
        ...recoverable,
        Resource: oneOf(...RESOURCES),
        Arguments: starts ? startArguments : lambdaArguments,
        TimeoutSeconds: seconds,
        HeartbeatSeconds: seconds,
      };
      object(fields, ['Resource', 'Arguments'])(value, path, report);
      checkHeartbeat(value, path, report);
    },
    Parallel: object({ ...recoverable, Arguments: template, Branches: list(graph, 1) }, ['Branches']),
    Map: (value, path, report) => {
      const fields = {
        ...recoverable,
        Items: orExpression(list(template)),
        ItemSelector: template,
        ItemProcessor: processor,
        MaxConcurrency: orExpression(integer(0, DISTRIBUTED_MAP_CONCURRENCY)),
        ToleratedFailurePercentage: orExpression(number({ min: 0, max: 100 })),
        ToleratedFailureCount: orExpression(integer(0, Number.MAX_SAFE_INTEGER)),
        Label: label,
      };
      object(fields, ['ItemProcessor'])(value, path, report);
      checkInline(value, path, report);
    },
    Choice: object({ ...comment, ...result, Choices: list(choiceRule, 1), Default: text }, ['Choices']),
    Wait: (value, path, report) => {
      const fields = {
        ...next,
        ...result,
        Seconds: orExpression(integer(0, MAX_SECONDS)),
        Timestamp: orExpression(timestamp),
      };
      object(fields)(value, path, report);
      if (isObject(value) && 'Seconds' in value === 'Timestamp' in value) {
        report.add(path, 'exactly one of Seconds and Timestamp is required');
      }
    },
    Pass: object({ ...next, ...result }),
    Succeed: object({ ...comment, Output: template }),
    Fail: object({ ...comment, Error: orExpression(text), Cause: orExpression(text) }),
  };
}

function checkHeartbeat(value: unknown, path: string, report: Report): void {
  if (!isObject(value)) return;
  const { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout } = value;
  if (typeof heartbeat === 'number' && typeof timeout === 'number' && heartbeat >= timeout) {
    report.add(`${path}/HeartbeatSeconds`, 'must be smaller than TimeoutSeconds');
  }
}

/** Some fields mean something only where the items are executions of their own. */
function checkInline(value: unknown, path: string, report: Report): void {
  if (!isObject(value) || !isObject(value.ItemProcessor)) return;
  const config = value.ItemProcessor.ProcessorConfig;
  const distributed = isObject(config) && config.Mode === 'DISTRIBUTED';
  if (distributed) {
    if (config.ExecutionType === undefined) {
      report.add(`${path}/ItemProcessor/ProcessorConfig`, 'ExecutionType is required in DISTRIBUTED mode');
    }
    return;
  }
  for (const field of ['ToleratedFailurePercentage', 'ToleratedFailureCount', 'Label']) {
    if (field in value) report.add(`${path}/${field}`, `${field} is only supported in DISTRIBUTED mode`);
  }
  if (isObject(config) && 'ExecutionType' in config) {
    report.add(`${path}/ItemProcessor/ProcessorConfig/ExecutionType`, 'only supported in DISTRIBUTED mode');
  }
}
