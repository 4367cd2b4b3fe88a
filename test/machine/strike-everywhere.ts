import { expect } from 'vitest';
import type { World } from '../support/platform.ts';
import type { Passed } from './boundaries.ts';
import { type Outcome, runScenario, type Scenario } from './run-scenario.ts';

export interface Campaign {
  readonly undisturbed: Outcome;
  /** Places of the undisturbed run; each was struck in one of the runs. */
  readonly places: number;
  readonly runs: number;
}

/**
 * `kill`: the process ends before or after an effect. `kill between`: once between two effects, where nothing outside
 * changes, so that both sides come to the same. `sever`: an effect happens and its reply is lost.
 */
type Kind = 'kill' | 'kill between' | 'sever';

/**
 * Enumerates the places of an undisturbed run, then repeats the run until each was struck. In every run each
 * invocation is struck at the first place it comes to that is still to be struck, and so are its retries, a
 * few times over. Every run must end as the undisturbed one did.
 */
export async function strikeEverywhere(
  world: World,
  scenario: Scenario,
  kind: Kind,
  concerns: (invocation: string, effect: string) => boolean = () => true,
): Promise<Campaign> {
  const undisturbed = await runScenario(world, scenario);
  const open = placesOf(undisturbed.passed, kind, concerns);
  const places = count(open);
  let runs = 0;
  while (count(open) > 0) {
    const outcome = await runScenario(world, scenario, (invocation) => [...(open.get(invocation) ?? [])]);
    runs += 1;
    const struck = outcome.passed.filter((one) => one.struck);
    const where = struck.map((one) => `${one.invocation} ${one.side} ${one.effect}`).join('; ');
    expect(outcome.end, `after a ${kind} at ${where}`).toEqual(undisturbed.end);
    for (const one of struck) open.get(one.invocation)?.delete(`${one.side} ${one.effect}`);
    const left = [...open].flatMap(([invocation, sides]) =>
      [...sides].map((side) => `${invocation} ${side}`),
    );
    expect(struck.length, `never reached again: ${left.join('; ')}`).toBeGreaterThan(0);
  }
  return { undisturbed, places, runs };
}

/** For each invocation the places where it can be struck. */
function placesOf(
  passed: readonly Passed[],
  kind: Kind,
  concerns: (invocation: string, effect: string) => boolean,
): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const [index, { invocation, side, effect }] of passed.entries()) {
    // What failed has no reply to lose.
    if (!concerns(invocation, effect) || (kind === 'sever' && side === 'before')) continue;
    const last = passed[index - 1];
    const isFirst = last?.invocation !== invocation || last.side === 'before';
    if (kind === 'kill between' && side === 'before' && !isFirst) continue;
    const known = places.get(invocation) ?? new Set();
    places.set(invocation, known.add(`${kind === 'sever' ? 'reply' : side} ${effect}`));
  }
  return places;
}

const count = (places: ReadonlyMap<string, ReadonlySet<string>>): number =>
  [...places.values()].reduce((sum, { size }) => sum + size, 0);
