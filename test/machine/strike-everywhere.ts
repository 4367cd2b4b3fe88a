import { expect } from 'vitest';
import type { World } from '../support/platform.ts';
import type { Boundary } from './boundaries.ts';
import { type Outcome, runScenario, type Scenario } from './run-scenario.ts';

export interface Campaign {
  readonly undisturbed: Outcome;
  /** Places found in the undisturbed run; each was struck in some run. */
  readonly places: number;
  readonly runs: number;
}

/** `kill`: the process ends at a boundary. `sever`: an effect happens and its reply is lost. */
type Kind = 'kill' | 'sever';

interface Place {
  readonly invocation: string;
  /** Number by which LOCKKEEPER_FAULT names it. */
  readonly at: number;
  readonly name: string;
  readonly struck: boolean;
}

/**
 * Enumerates the places of an undisturbed run, then repeats the run until each was struck: in every run each
 * invocation is struck once, at its first place that is still to be struck, and then retried by the machine.
 * Every run must end as the undisturbed one did.
 */
export async function strikeEverywhere(
  world: World,
  scenario: Scenario,
  kind: Kind,
  concerns: (invocation: string) => boolean = () => true,
): Promise<Campaign> {
  const undisturbed = await runScenario(world, scenario);
  const places = placesOf(undisturbed.passed, kind).filter(({ invocation }) => concerns(invocation));
  const open = new Map(places.map((place) => [place.name, place]));
  let runs = 0;
  while (open.size > 0) {
    const next = new Map<string, Place>();
    for (const place of open.values()) if (!next.has(place.invocation)) next.set(place.invocation, place);
    const outcome = await runScenario(world, scenario, (invocation) => {
      const place = next.get(invocation);
      return place === undefined ? null : `${kind}:${place.at}`;
    });
    runs += 1;
    const struck = placesOf(outcome.passed, kind).filter((place) => place.struck);
    const where = struck.map((place) => place.name).join('; ');
    expect(outcome.end, `after a ${kind} at ${where}`).toEqual(undisturbed.end);
    const hit = struck.filter((place) => open.delete(place.name));
    expect(hit, `these are never reached: ${[...open.keys()].join('; ')}`).not.toEqual([]);
  }
  return { undisturbed, places: places.length, runs };
}

const placesOf = (passed: readonly Boundary[], kind: Kind): Place[] =>
  kind === 'kill' ? boundaries(passed) : effects(passed);

/** Effects under way at once may end in another order: a side of one goes by name and count, not by ordinal. */
function boundaries(passed: readonly Boundary[]): Place[] {
  const count = counter();
  return passed.map(({ invocation, ordinal, side, effect, struck }) => {
    const about = `${invocation}: ${side} ${effect}`;
    return { invocation, at: ordinal, name: `${about} ${count(about)}`, struck };
  });
}

function effects(passed: readonly Boundary[]): Place[] {
  const count = counter();
  return passed
    .filter(({ side }) => side === 'before')
    .map(({ invocation, effect }) => {
      const at = count(invocation);
      const struck = passed.some(
        (one) => one.side === 'reply' && one.invocation === invocation && one.ordinal === at,
      );
      return { invocation, at, name: `${invocation}: reply to ${effect} (${at})`, struck };
    });
}

function counter(): (name: string) => number {
  const counts = new Map<string, number>();
  return (name) => {
    const now = (counts.get(name) ?? 0) + 1;
    counts.set(name, now);
    return now;
  };
}
