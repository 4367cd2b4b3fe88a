import { prices } from '../core/cost/prices.ts';
import { type Projection, usualAssumptions } from '../core/cost/project.ts';
import { count, duration, plural } from './words.ts';

/** What a run of the plan takes of AWS, and what that rests on. */
export function projectionLines({
  transitions,
  invocations,
  backfillSeconds,
  dollars,
}: Projection): string[] {
  const parts = [
    `Step Functions ${money(dollars.stepFunctions)}`,
    `Lambda ${money(dollars.lambda)}`,
    `DynamoDB ${money(dollars.dynamodb)}`,
  ];
  return [
    `  ${plural(transitions, 'state transition')} and ${plural(invocations, 'invocation')}: ${money(dollars.total)} (${parts.join(', ')})`,
    ...(backfillSeconds === 0
      ? []
      : [
          `  backfills take about ${duration(backfillSeconds)} at ${count(usualAssumptions.rowsPerSecond)} rows a second each worker`,
        ]),
    `  list prices of ${prices.region} as of ${prices.asOf}; the snapshot's storage is not in it`,
  ];
}

/** `$1.24`; below a cent `less than $0.01`. */
function money(dollars: number): string {
  if (dollars === 0) return '$0.00';
  return dollars < 0.01 ? 'less than $0.01' : `$${dollars.toFixed(2)}`;
}
