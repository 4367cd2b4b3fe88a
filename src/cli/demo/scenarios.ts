import { join } from 'node:path';
import type { Verdict } from '../../core/lifecycle.ts';
import type { Dialect } from './dialect.ts';

/** One act of the demo: a migration and how it has to end. */
export interface DemoScenario {
  /** Stable; the name in the demo's JSON. */
  readonly name: string;
  /** For a person: what is shown. */
  readonly title: string;
  /** The version in the engine's folder below `examples/demo`. */
  readonly migration: string;
  readonly expected: Extract<Verdict, 'SUCCEEDED' | 'ROLLED_BACK' | 'RESTORED'>;
  /** At its contract gate the application is deployed: the writers change to the new version. */
  readonly deploys: boolean;
  /** The consent a person would give beforehand, where the plan asks for one. */
  readonly acceptRisk: string | null;
}

export const demoScenarios: readonly DemoScenario[] = [
  {
    name: 'expand-contract',
    title: 'a verified e-mail column replaces the confirmation token',
    migration: '1',
    expected: 'SUCCEEDED',
    deploys: true,
    acceptRisk: null,
  },
  {
    name: 'rolled-back',
    title: 'a check fails after the backfill: the down script takes it back',
    migration: '2',
    expected: 'ROLLED_BACK',
    deploys: false,
    acceptRisk: null,
  },
  {
    name: 'restored',
    title: 'a contract destroys data and then fails: the snapshot comes back',
    migration: '3',
    expected: 'RESTORED',
    deploys: false,
    acceptRisk: 'the demo shows what happens then',
  },
];

/** The demo's folder of migrations for an engine in an installed package. */
export const demoMigrations = (packageRoot: string, { migrations }: Pick<Dialect, 'migrations'>): string =>
  join(packageRoot, 'examples', 'demo', migrations);
