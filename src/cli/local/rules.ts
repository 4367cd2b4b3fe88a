import { rules } from '../../../lambdas/catalog.ts';
import type { EventsService } from '../../local/events/service.ts';

/** Puts the rules of a deployment on the local bus, with the local names filled in. */
export function addRules(
  events: EventsService,
  names: Readonly<Record<string, string>>,
  functionArn: (name: string) => string,
): void {
  for (const { name, invokes, on } of rules) {
    const when =
      'pattern' in on
        ? {
            EventPattern: JSON.stringify(on.pattern).replaceAll(/<(\w+)>/g, (_, key: string) =>
              String(names[key]),
            ),
          }
        : { ScheduleExpression: `rate(${on.everyMinutes} minutes)` };
    events.addRule({ Name: name, ...when }, [{ Id: invokes, Arn: functionArn(invokes) }]);
  }
}
