import type { ChoiceState, FailState, WaitState } from './definition.ts';
import { evaluateAs, evaluateInteger } from './expression.ts';
import { QueryFailure, StateFailure } from './failure.ts';
import { MAX_SECONDS } from './limits.ts';
import { parseTimestamp } from './timestamp.ts';
import type { Step, Visit } from './visit.ts';

/** Takes the first rule whose condition is true; only that rule's Assign and Output count. */
export async function runChoice(visit: Visit, state: ChoiceState): Promise<Step> {
  for (const [i, rule] of state.Choices.entries()) {
    const field = `Choices[${i}]/Condition`;
    if (await evaluateAs<boolean>('boolean', rule.Condition, field, visit.query()))
      return visit.finish(rule, rule.Next);
  }
  if (state.Default !== undefined) return visit.finish(state, state.Default);
  throw new StateFailure('States.NoChoiceMatched', `${visit.where} Failed to transition out of the state.`);
}

export async function runWait(visit: Visit, state: WaitState): Promise<Step> {
  const { clock } = visit.frame.run.host;
  const until =
    state.Timestamp === undefined
      ? clock.now() + (await waitMs(visit, state))
      : await waitUntil(visit, state);
  await clock.sleep(Math.max(0, until - clock.now()), visit.frame.signal);
  return visit.finish(state, state.Next);
}

export async function runFail(visit: Visit, state: FailState): Promise<Step> {
  const text = (field: 'Error' | 'Cause'): Promise<string | undefined> => {
    const template = state[field];
    return template === undefined
      ? Promise.resolve(undefined)
      : evaluateAs<string>('string', template, field, visit.query());
  };
  throw new StateFailure(await text('Error'), await text('Cause'));
}

async function waitMs(visit: Visit, state: WaitState): Promise<number> {
  const bounds = { min: 0, max: MAX_SECONDS };
  return (await evaluateInteger(state.Seconds ?? 0, 'Seconds', visit.query(), bounds)) * 1000;
}

async function waitUntil(visit: Visit, state: WaitState): Promise<number> {
  const text = await evaluateAs<string>('string', state.Timestamp ?? '', 'Timestamp', visit.query());
  const until = parseTimestamp(text);
  if (until !== undefined) return until;
  const sentence = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
  const failure = new QueryFailure('Timestamp', `${visit.where} ${sentence}`);
  visit.recordFailure(failure);
  throw failure;
}
