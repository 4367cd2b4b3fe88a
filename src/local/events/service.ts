import { randomUUID } from 'node:crypto';
import type { Clock } from '../../app/ports/clock.ts';
import { AwsError } from '../gateway/errors.ts';
import { answerJson, type JsonObject, objects, optionalText, requiredText } from '../gateway/json.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../gateway/service.ts';

export interface LocalEvent {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
  readonly bus: string;
  readonly timeMs: number;
}

interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: string | undefined;
  readonly schedule: string | undefined;
  readonly state: string;
  readonly description: string | undefined;
  readonly targets: JsonObject[];
}

/** EventBridge that keeps rules and targets and hands events to this process; rules start nothing. */
export class EventsService implements AwsService {
  readonly name = 'events';
  readonly events: LocalEvent[] = [];
  readonly #rules = new Map<string, Rule>();
  readonly #listeners = new Set<(event: LocalEvent) => void>();
  readonly #options: { readonly clock: Clock; readonly region: string; readonly account: string };

  constructor(options: { readonly clock: Clock; readonly region: string; readonly account: string }) {
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

  /** Calls `listener` for each event from now on; returns the function that ends this. */
  onEvent(listener: (event: LocalEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #publish(event: Omit<LocalEvent, 'id' | 'timeMs'>): string {
    const published = { ...event, id: randomUUID(), timeMs: this.#options.clock.now() };
    this.events.push(published);
    for (const listener of this.#listeners) listener(published);
    return published.id;
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

  #putRule(input: JsonObject) {
    const name = requiredText(input, 'Name');
    const { region, account } = this.#options;
    const rule: Rule = {
      name,
      arn: `arn:aws:events:${region}:${account}:rule/${name}`,
      pattern: optionalText(input, 'EventPattern'),
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

function describe(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    ScheduleExpression: rule.schedule,
    State: rule.state,
    Description: rule.description,
    EventBusName: 'default',
  };
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
