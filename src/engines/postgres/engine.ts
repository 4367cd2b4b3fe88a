import type { Clock } from '../../app/ports/clock.ts';
import type { Effects } from '../../app/ports/effects.ts';
import type { Engine } from '../../app/ports/engine.ts';
import { analyze } from './analysis/analyze.ts';
import { expressionProblem } from './analysis/expression-problem.ts';
import { PostgresDatabase } from './database.ts';
import { keepCurrent } from './keep-current.ts';
import { findRewrites } from './rewrites/rewrites.ts';
import { Connection } from './session/connection.ts';

export interface PostgresEngineParts {
  readonly effects: Effects;
  readonly clock: Clock;
}

/** PostgreSQL 13 and later, and what speaks its protocol and catalogue on RDS and Aurora. */
export function createPostgresEngine({ effects, clock }: PostgresEngineParts): Engine {
  return {
    name: 'postgres',
    capabilities: { transactionalDdl: true, concurrentIndex: true },
    analyze,
    findRewrites,
    expressionProblem,
    keepCurrent,
    connect: async (login, tag, signal) =>
      new PostgresDatabase(await Connection.open(login, tag, signal, effects), clock),
  };
}
