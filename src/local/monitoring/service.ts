import type { Clock } from '../../app/ports/clock.ts';
import { AwsError, notImplemented } from '../gateway/errors.ts';
import { answerJson, type JsonObject, objects, optionalText, requiredText, texts } from '../gateway/json.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import { type MetricId, MetricStore, type Sample, statistic } from './metrics.ts';

export interface MonitoringOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
}

interface Alarm {
  readonly name: string;
  readonly definition: JsonObject;
  state: string;
  reason: string;
  updatedMs: number;
}

/**
 * CloudWatch: metrics are what was put, an alarm has the state that was set. Alarms are not evaluated.
 * Speaks the JSON protocol, which the SDK for JavaScript and the `aws` command have used since 2026.
 */
export class MonitoringService implements AwsService {
  readonly name = 'monitoring';
  readonly #metrics = new MetricStore();
  readonly #alarms = new Map<string, Alarm>();
  readonly #options: MonitoringOptions;

  constructor(options: MonitoringOptions) {
    this.#options = options;
  }

  handle(request: AwsRequest): Promise<AwsResponse> {
    return answerJson(
      {
        service: this.name,
        version: '1.0',
        operations: {
          PutMetricData: (input) => this.#putData(input),
          GetMetricData: (input) => this.#getData(input),
          GetMetricStatistics: (input) => this.#getStatistics(input),
          PutMetricAlarm: (input) => this.#putAlarm(input),
          SetAlarmState: (input) => this.#setState(input),
          DescribeAlarms: (input) => this.#describeAlarms(input),
        },
      },
      request,
    );
  }

  /** Puts one value from in-process code, e.g. the CPU load that a test wants to be seen. */
  put(id: MetricId, value: number, timeMs = this.#options.clock.now()): void {
    this.#metrics.put(id, { timeMs, count: 1, sum: value, minimum: value, maximum: value });
  }

  /** Sets an alarm's state, creating the alarm when there is none. */
  setAlarm(name: string, state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'): void {
    if (!this.#alarms.has(name)) this.#putAlarm({ AlarmName: name });
    this.#setState({ AlarmName: name, StateValue: state, StateReason: 'set locally' });
  }

  #putData(input: JsonObject): undefined {
    const namespace = requiredText(input, 'Namespace');
    for (const datum of objects(input, 'MetricData')) {
      const id = { namespace, name: requiredText(datum, 'MetricName'), dimensions: dimensionsOf(datum) };
      const timeMs =
        datum.Timestamp === undefined ? this.#options.clock.now() : milliseconds(datum, 'Timestamp');
      for (const sample of samplesOf(datum)) this.#metrics.put(id, { ...sample, timeMs });
    }
  }

  #getData(input: JsonObject) {
    const from = milliseconds(input, 'StartTime');
    const to = milliseconds(input, 'EndTime');
    const results = objects(input, 'MetricDataQueries').map((query) => {
      const stat = query.MetricStat as JsonObject | undefined;
      const metric = stat?.Metric as JsonObject | undefined;
      if (!stat || !metric) throw notImplemented('monitoring', 'GetMetricData with an Expression');
      const id = metricOf(metric);
      const samples = this.#metrics.periods(id, from, to, periodMs(stat));
      if (input.ScanBy !== 'TimestampAscending') samples.reverse();
      return {
        Id: requiredText(query, 'Id'),
        Label: optionalText(query, 'Label') ?? id.name,
        Timestamps: samples.map(({ timeMs }) => new Date(timeMs)),
        Values: samples.map((sample) => statistic(requiredText(stat, 'Stat'), sample)),
        StatusCode: 'Complete',
      };
    });
    return { MetricDataResults: results, Messages: [] };
  }

  #getStatistics(input: JsonObject) {
    const id = metricOf(input);
    const samples = this.#metrics.periods(
      id,
      milliseconds(input, 'StartTime'),
      milliseconds(input, 'EndTime'),
      periodMs(input),
    );
    const names = texts(input, 'Statistics');
    return {
      Label: id.name,
      Datapoints: samples.map((sample) => ({
        Timestamp: new Date(sample.timeMs),
        Unit: 'None',
        ...Object.fromEntries(names.map((name) => [name, statistic(name, sample)])),
      })),
    };
  }

  #putAlarm(input: JsonObject): undefined {
    const name = requiredText(input, 'AlarmName');
    const existing = this.#alarms.get(name);
    this.#alarms.set(name, {
      name,
      definition: input,
      state: existing?.state ?? 'INSUFFICIENT_DATA',
      reason: existing?.reason ?? 'Unchecked: Initial alarm creation',
      updatedMs: existing?.updatedMs ?? this.#options.clock.now(),
    });
  }

  #setState(input: JsonObject): undefined {
    const name = requiredText(input, 'AlarmName');
    const state = requiredText(input, 'StateValue');
    const alarm = this.#alarms.get(name);
    if (!alarm) throw new AwsError('ResourceNotFound', `The alarm ${name} does not exist.`, 404);
    if (!['OK', 'ALARM', 'INSUFFICIENT_DATA'].includes(state)) {
      throw new AwsError('InvalidParameterValue', `${state} is not a state of an alarm.`);
    }
    alarm.state = state;
    alarm.reason = requiredText(input, 'StateReason');
    alarm.updatedMs = this.#options.clock.now();
  }

  #describeAlarms(input: JsonObject) {
    const names = texts(input, 'AlarmNames');
    const prefix = optionalText(input, 'AlarmNamePrefix') ?? '';
    const state = optionalText(input, 'StateValue');
    const { region, account } = this.#options;
    return {
      MetricAlarms: [...this.#alarms.values()]
        .filter(({ name }) => (names.length === 0 || names.includes(name)) && name.startsWith(prefix))
        .filter((alarm) => state === undefined || alarm.state === state)
        .map(({ definition: { Tags: _, ...definition }, ...alarm }) => ({
          ...definition,
          AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${alarm.name}`,
          StateValue: alarm.state,
          StateReason: alarm.reason,
          StateUpdatedTimestamp: new Date(alarm.updatedMs),
        })),
      CompositeAlarms: [],
    };
  }
}

function metricOf(input: JsonObject): MetricId {
  return {
    namespace: requiredText(input, 'Namespace'),
    name: requiredText(input, 'MetricName'),
    dimensions: dimensionsOf(input),
  };
}

function dimensionsOf(input: JsonObject): Record<string, string> {
  return Object.fromEntries(
    objects(input, 'Dimensions').map(({ Name, Value }) => [String(Name), String(Value)]),
  );
}

/** `Values` with `Counts`, or `StatisticValues`, or a single `Value`. */
function samplesOf(datum: JsonObject): Omit<Sample, 'timeMs'>[] {
  const set = datum.StatisticValues as JsonObject | undefined;
  if (set) {
    const { SampleCount, Sum, Minimum, Maximum } = set;
    return [
      { count: Number(SampleCount), sum: Number(Sum), minimum: Number(Minimum), maximum: Number(Maximum) },
    ];
  }
  const values = Array.isArray(datum.Values) ? datum.Values.map(Number) : [Number(datum.Value)];
  const counts = Array.isArray(datum.Counts) ? datum.Counts.map(Number) : [];
  if (values.some(Number.isNaN))
    throw new AwsError('InvalidParameterValue', 'A metric value is not a number.');
  return values.map((value, index) => {
    const count = counts[index] ?? 1;
    return { count, sum: value * count, minimum: value, maximum: value };
  });
}

function periodMs(input: JsonObject): number {
  const seconds = Number(input.Period);
  if (Number.isInteger(seconds) && seconds > 0) return seconds * 1000;
  throw new AwsError('InvalidParameterValue', 'Period must be a positive number of seconds.');
}

/** Times come as seconds since the epoch. */
function milliseconds(input: JsonObject, name: string): number {
  const seconds = Number(input[name]);
  if (Number.isFinite(seconds)) return Math.round(seconds * 1000);
  throw new AwsError('InvalidParameterValue', `${name} must be a time.`);
}
