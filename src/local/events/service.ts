import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../app/ports/clock.ts';
import { runBusy } from '../clock/busy-clock.ts';
import { AwsError } from '../gateway/errors.ts';
import { answerJson, type JsonObject, objects, optionalText, requiredText } from '../gateway/json.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';
import type { LambdaHosts } from '../lambda/hosts.ts';
import { parsePattern } from './pattern.ts';
import { describe, type Rule } from './rule.ts';
import { type Target, toTarget } from './target.ts';

export interface LocalEvent {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly bus: string;
  readonly timeMs: number;
}

export interface EventsOptions {
  readonly clock: Clock;
  readonly region: string;
  readonly account: string;
  /** What rules invoke; without it they keep their targets and invoke nothing. */
  readonly functions?: Pick<LambdaHosts, 'invoke' | 'timeoutMs'>;
}

/** An event that its target could not take, with what was said last. */
export interface DeadLetter {
  readonly functionName: string;
  readonly input: unknown;
  readonly error: string;
}

/** Lambda's own: a first attempt, and two more after one and two minutes. */
const attemptsAfterMs = [0, 60_000, 120_000];

/**
 * EventBridge with one bus: rules match events and invoke functions, with Lambda's own three attempts; what fails
 * each time is a dead letter. Events are handed to this process besides. Schedules do not tick by themselves, since
 * they would drive a virtual clock for ever: `tick` fires one.
 */
export class EventsService implements AwsService {
  readonly name = 'events';
  readonly events: LocalEvent[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly #rules = new Map<string, Rule>();
  readonly #listeners = new Set<(event: LocalEvent) => void>();
  readonly #deliveries = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  /** Deliveries belong to nobody's call, in particular not to the busy work that may have published the event. */
  readonly #outside = new AsyncResource('Deliveries');
  readonly #options: EventsOptions;

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  handle(request: AwsRequest): Promise<AwsResponse> {
    return answerJson(
      {
        service: this.name,
        version: '1.1',
        operations: {
          PutEvents: (input) => this.#putEvents(input),
          PutRule: (input) => this.#putRule(input),
          PutTargets: (input) => this.#putTargets(input),
          ListRules: () => ({ Rules: [...this.#rules.values()].map(describe) }),
          ListTargetsByRule: (input) => ({ Targets: this.#rule(requiredText(input, 'Rule')).targets }),
        },
      },
      request,
    );
  }

  /** Puts one event on the default bus from in-process code. */
  publish(source: string, detailType: string, detail: JsonObject): void {
    this.#publish({ source, detailType, detail, bus: 'default' });
  }

  /** Fires the schedule of a rule once. */
  tick(rule: string): void {
    const { arn, targets } = this.#rule(rule);
    const event = { source: 'aws.events', detailType: 'Scheduled Event', detail: {}, bus: 'default' };
    const published = { ...event, id: randomUUID(), timeMs: this.#options.clock.now() };
    this.#hand({ ...this.#envelope(published), resources: [arn] }, targets);
  }

  /** Resolves when no delivery is under way. */
  async settled(): Promise<void> {
    while (this.#deliveries.size > 0) await Promise.all(this.#deliveries);
  }

  /** Delivers nothing any more; what is under way ends. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the local EventBridge is closing'));
    await this.settled();
  }

  /** Calls `listener` for each event from now on; returns the function that ends this. */
  onEvent(listener: (event: LocalEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #publish(event: Omit<LocalEvent, 'id' | 'timeMs'>): string {
    const published = { ...event, id: randomUUID(), timeMs: this.#options.clock.now() };
    this.events.push(published);
    for (const listener of this.#listeners) listener(published);
    const envelope = this.#envelope(published);
    for (const { matches, state, targets } of this.#rules.values()) {
      if (state === 'ENABLED' && published.bus === 'default' && matches(envelope))
        this.#hand(envelope, targets);
    }
    return published.id;
  }

  #envelope({ id, source, detailType, detail, timeMs }: LocalEvent): JsonObject {
    const { region, account } = this.#options;
    // EventBridge tells whole seconds.
    const time = new Date(timeMs).toISOString().replace(/\.\d+Z$/, 'Z');
    return {
      version: '0',
      id,
      'detail-type': detailType,
      source,
      account,
      time,
      region,
      resources: [],
      detail,
    };
  }

  #hand(event: JsonObject, targets: readonly JsonObject[]): void {
    const { functions } = this.#options;
    if (functions === undefined || this.#closing.signal.aborted) return;
    for (const target of targets.map(toTarget)) {
      const delivery = this.#outside.runInAsyncScope(() =>
        this.#deliver(target, target.input(event), functions),
      );
      this.#deliveries.add(delivery);
      void delivery.then(() => this.#deliveries.delete(delivery));
    }
  }

  async #deliver(
    { functionName }: Target,
    input: unknown,
    functions: NonNullable<EventsOptions['functions']>,
  ): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#closing;
    let error = '';
    for (const afterMs of attemptsAfterMs) {
      try {
        // Not even for no time: on a virtual clock that would be until other work has ended.
        if (afterMs > 0) await clock.sleep(afterMs, signal);
      } catch {
        return;
      }
      const timeoutMs = functions.timeoutMs(functionName) ?? 0;
      const result = await runBusy(clock, () => functions.invoke(functionName, input, { timeoutMs, signal }));
      if (result.ok || signal.aborted) return;
      error = `${result.errorType}: ${result.errorMessage}`;
    }
    this.deadLetters.push({ functionName, input, error });
  }

  #putEvents(input: JsonObject) {
    const results = objects(input, 'Entries').map((entry) => {
      const detail = parseDetail(entry.Detail);
      if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
      const { Source, DetailType } = entry;
      if (typeof Source !== 'string' || typeof DetailType !== 'string') {
        return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source and DetailType are required.' };
      }
      const bus = (optionalText(entry, 'EventBusName') ?? 'default').split('/').at(-1) ?? 'default';
      return { EventId: this.#publish({ source: Source, detailType: DetailType, detail, bus }) };
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  }

  /** Makes a rule and its targets from in-process code, as PutRule and PutTargets do. */
  addRule(rule: JsonObject, targets: readonly JsonObject[]): void {
    this.#putRule(rule);
    this.#putTargets({ Rule: rule.Name, Targets: targets });
  }

  #putRule(input: JsonObject) {
    const name = requiredText(input, 'Name');
    const { region, account } = this.#options;
    const pattern = optionalText(input, 'EventPattern');
    const rule: Rule = {
      name,
      arn: `arn:aws:events:${region}:${account}:rule/${name}`,
      pattern,
      matches: pattern === undefined ? () => false : parsePattern(pattern),
      schedule: optionalText(input, 'ScheduleExpression'),
      state: optionalText(input, 'State') ?? 'ENABLED',
      description: optionalText(input, 'Description'),
      targets: this.#rules.get(name)?.targets ?? [],
    };
    this.#rules.set(name, rule);
    return { RuleArn: rule.arn };
  }

  #putTargets(input: JsonObject) {
    const { targets } = this.#rule(requiredText(input, 'Rule'));
    for (const target of objects(input, 'Targets')) {
      toTarget(target);
      const known = targets.findIndex(({ Id }) => Id === target.Id);
      targets.splice(known < 0 ? targets.length : known, known < 0 ? 0 : 1, target);
    }
    return { FailedEntryCount: 0, FailedEntries: [] };
  }

  #rule(name: string): Rule {
    const rule = this.#rules.get(name);
    if (rule) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
  }
}

function parseDetail(text: unknown): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(typeof text === 'string' ? text : '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
