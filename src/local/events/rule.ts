import type { JsonObject } from '../gateway/json.ts';
import type { Matcher } from './pattern.ts';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly pattern: string | undefined;
  readonly matches: Matcher;
  readonly schedule: string | undefined;
  readonly state: string;
  readonly description: string | undefined;
  readonly targets: JsonObject[];
}

/** As DescribeRule answers. */
export function describe(rule: Rule) {
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
