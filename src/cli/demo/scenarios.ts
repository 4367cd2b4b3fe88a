import { join } from 'node:path';
import type { Verdict } from '../../core/lifecycle.ts';
import type { UserKey } from './data.ts';
import type { Dialect } from './dialect.ts';
import type { DemoEngine } from './engines.ts';
import type { ShowName } from './show-names.ts';

/** One act of the demo: a migration and how it has to end. */
export interface DemoScenario {
  /** Stable; the name in the demo's JSON. */
  readonly name: string;
  /** For a person: what is shown. */
  readonly title: string;
  /** The version in the show's folder of migrations. */
  readonly migration: string;
  readonly expected: Extract<Verdict, 'SUCCEEDED' | 'ROLLED_BACK' | 'RESTORED'>;
  /** How often a table has to take the place of another one. */
  readonly swaps: number;
  readonly atContract: AtContract;
  /** The consent a person would give beforehand, where the plan asks for one. */
  readonly acceptRisk: string | null;
}

/** What happens at the contract gate. */
export type AtContract =
  | { readonly is: 'no-gate' }
  /** The writers change to the new version of the application, and the gate opens. */
  | { readonly is: 'deployment' }
  /** A person answers once so many more writes are acknowledged. */
  | { readonly is: 'person'; readonly answers: 'approved' | 'rejected'; readonly afterWrites: number };

/** Scenarios that are played one after the other on one server. */
export interface Show {
  readonly engines: readonly DemoEngine[];
  readonly userKey: UserKey;
  /** Below `examples/demo`. */
  readonly migrations: (dialect: Pick<Dialect, 'migrations'>) => string;
  readonly scenarios: readonly DemoScenario[];
}

/** Enough for every writer to have inserted, changed and deleted rows of both tables. */
const writesBeforeAnswer = 500;

export const shows: Readonly<Record<ShowName, Show>> = {
  migrations: {
    engines: ['postgres', 'mariadb', 'mysql'],
    userKey: 'bigint',
    migrations: ({ migrations }) => migrations,
    scenarios: [
      {
        name: 'expand-contract',
        title: 'a verified e-mail column replaces the confirmation token',
        migration: '1',
        expected: 'SUCCEEDED',
        swaps: 0,
        atContract: { is: 'deployment' },
        acceptRisk: null,
      },
      {
        name: 'rolled-back',
        title: 'a check fails after the backfill: the down script takes it back',
        migration: '2',
        expected: 'ROLLED_BACK',
        swaps: 0,
        atContract: { is: 'no-gate' },
        acceptRisk: null,
      },
      {
        name: 'restored',
        title: 'a contract destroys data and then fails: the snapshot comes back',
        migration: '3',
        expected: 'RESTORED',
        swaps: 0,
        atContract: { is: 'no-gate' },
        acceptRisk: 'the demo shows what happens then',
      },
    ],
  },
  replace: {
    engines: ['postgres'],
    userKey: 'integer',
    migrations: ({ migrations }) => join('replace', migrations),
    scenarios: [
      {
        name: 'swapped-back',
        title:
          'the key of users becomes bigint in a new table; after the swap a person says no, and the old one returns with all that was written since',
        migration: '1',
        expected: 'ROLLED_BACK',
        swaps: 2,
        atContract: { is: 'person', answers: 'rejected', afterWrites: writesBeforeAnswer },
        acceptRisk: null,
      },
      {
        name: 'contracted',
        title: 'the same again; this time the old table goes',
        migration: '1',
        expected: 'SUCCEEDED',
        swaps: 1,
        atContract: { is: 'person', answers: 'approved', afterWrites: writesBeforeAnswer },
        acceptRisk: null,
      },
    ],
  },
};

/** A show's folder of migrations for an engine in an installed package. */
export const demoMigrations = (
  packageRoot: string,
  show: Pick<Show, 'migrations'>,
  dialect: Pick<Dialect, 'migrations'>,
): string => join(packageRoot, 'examples', 'demo', show.migrations(dialect));
