import {
  Duration,
  aws_lambda_destinations as destinations,
  aws_events as events,
  aws_events_targets as eventTargets,
  aws_lambda as lambda,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { detailTypes, type EventPattern, type RuleSpec, rules } from '../../lambdas/catalog.ts';
import type { MigrationTarget } from '../orchestrator-props.ts';
import type { TaskFunction } from './task-function.ts';
import { acknowledgeKeyActions } from './wildcards.ts';

export interface EventRulesProps {
  readonly functions: ReadonlyMap<string, TaskFunction>;
  readonly targets: readonly MigrationTarget[];
  /** What a text like `<Bucket>` in a pattern of the catalog stands for. */
  readonly names: Readonly<Record<string, string>>;
  readonly deadLetters: sqs.Queue;
}

/** EventBridge and Lambda try for this long; then the event is a dead letter. */
const patience = Duration.hours(6);

/** Hands events to the functions that act on them, each by an alias; what cannot be delivered is kept and alarms. */
export class EventRules extends Construct {
  readonly rules: ReadonlyMap<string, events.Rule>;
  readonly #aliases = new Map<string, lambda.Alias>();

  constructor(scope: Construct, id: string, props: EventRulesProps) {
    super(scope, id);
    this.rules = new Map(rules.map((spec) => [spec.name, this.#rule(spec, props)]));
    for (const target of props.targets) {
      for (const [index, pattern] of (target.deployments ?? []).entries()) {
        this.#deployment(target.name, index, pattern, props);
      }
      if ((target.alarms ?? []).length > 0) this.#alarms(target, props);
    }
  }

  #rule(spec: RuleSpec, props: EventRulesProps): events.Rule {
    return new events.Rule(this, spec.name, {
      description: `Lockkeeper: ${spec.does}`,
      ...('everyMinutes' in spec.on
        ? { schedule: events.Schedule.rate(Duration.minutes(spec.on.everyMinutes)) }
        : { eventPattern: toPattern(fill(spec.on.pattern, props.names)) }),
      targets: [this.#to(spec.invokes, props)],
    });
  }

  /** A pipeline's own event, told in the words of ours. */
  #deployment(
    target: string,
    index: number,
    eventPattern: events.EventPattern,
    props: EventRulesProps,
  ): void {
    new events.Rule(this, `deployed-${target}-${index}`, {
      description: `Lockkeeper: the new code for ${target} is out`,
      eventPattern,
      targets: [this.#to('intake', props, envelope(detailTypes.deployment, { target }))],
    });
  }

  #alarms({ name, alarms = [], onAlarm = 'pause' }: MigrationTarget, props: EventRulesProps): void {
    new events.Rule(this, `alarmed-${name}`, {
      description: `Lockkeeper: an alarm of ${name} went off`,
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        resources: alarms.map(({ alarmArn }) => alarmArn),
        detail: { state: { value: ['ALARM'] } },
      },
      targets: [
        this.#to(
          'intake',
          props,
          envelope(detailTypes.alarm, {
            target: name,
            action: onAlarm,
            alarm: events.EventField.fromPath('$.detail.alarmName'),
          }),
        ),
      ],
    });
  }

  #to(name: string, { functions, deadLetters }: EventRulesProps, event?: events.RuleTargetInput) {
    const known = functions.get(name);
    if (known === undefined) throw new Error(`a rule invokes ${name}, which is no function of the catalog`);
    const alias = this.#aliases.get(name) ?? this.#alias(name, known, deadLetters);
    return new eventTargets.LambdaFunction(alias as lambda.IFunction, {
      deadLetterQueue: deadLetters,
      maxEventAge: patience,
      retryAttempts: 185,
      ...(event === undefined ? {} : { event }),
    });
  }

  #alias(name: string, { version, role }: TaskFunction, deadLetters: sqs.Queue): lambda.Alias {
    const alias = new lambda.Alias(this, `${name}-live`, {
      aliasName: 'live',
      version: version as lambda.IVersion,
    });
    alias.configureAsyncInvoke({
      onFailure: new destinations.SqsDestination(deadLetters),
      retryAttempts: 2,
      maxEventAge: patience,
    });
    acknowledgeKeyActions(role);
    this.#aliases.set(name, alias);
    return alias;
  }
}

const envelope = (detailType: string, detail: Readonly<Record<string, string>>): events.RuleTargetInput =>
  events.RuleTargetInput.fromObject({
    id: events.EventField.eventId,
    'detail-type': detailType,
    source: events.EventField.source,
    time: events.EventField.time,
    detail,
  });

/** Puts a deployment's own names into a pattern of the catalog. */
function fill(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((each) => fill(each, names));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, names)]));
  }
  const name = typeof value === 'string' ? /^<(\w+)>$/.exec(value)?.[1] : undefined;
  if (name === undefined) return value;
  const filled = names[name];
  if (filled === undefined) throw new Error(`nothing was given for <${name}> in a pattern`);
  return filled;
}

function toPattern(pattern: unknown): events.EventPattern {
  const { 'detail-type': detailType, ...rest } = pattern as EventPattern;
  return { ...rest, detailType } as events.EventPattern;
}
