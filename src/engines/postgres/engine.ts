import type { Clock } from '../../app/ports/clock.ts';
import type { DataApi } from '../../app/ports/data-api.ts';
import type { Effects } from '../../app/ports/effects.ts';
import type { Engine } from '../../app/ports/engine.ts';

export interface PostgresEngineParts {
  readonly effects: Effects;
  readonly clock: Clock;
  /** Absent where there is no AWS to reach. */
  readonly dataApi?: DataApi | undefined;
}

/**
 * PostgreSQL 13 and later, and what speaks its protocol and catalogue on RDS and Aurora.
 * Its parts are loaded when first used: a function that starts cold pays for what it does, not for what an engine
 * can do.
 */
export function createPostgresEngine({ effects, clock, dataApi }: PostgresEngineParts): Engine {
  return {
    name: 'postgres',
    capabilities: {
      transactionalDdl: true,
      concurrentIndex: true,
      patientWaits: true,
      deletesInBatches: true,
    },
    analyze: async (source, facts) => (await import('./analysis/analyze.ts')).analyze(source, facts),
    findRewrites: async (source) => (await import('./rewrites/rewrites.ts')).findRewrites(source),
    draftDown: async (statements) => (await import('./down/draft.ts')).draftDown(statements),
    openScratch: async (login, name, signal) =>
      (await import('./scratch.ts')).openScratch(login, name, signal, effects),
    expressionProblem: async (expression) =>
      (await import('./analysis/expression-problem.ts')).expressionProblem(expression),
    keepCurrent: async (backfill) => (await import('./keep-current.ts')).keepCurrent(backfill),
    connect: async (login, tag, signal) => {
      const [{ Connection }, { directWork }, { PostgresDatabase }] = await Promise.all([
        import('./session/connection.ts'),
        import('./session/direct-work.ts'),
        import('./database.ts'),
      ]);
      const connection = await Connection.open(login, tag, signal, effects);
      return new PostgresDatabase(connection, directWork(connection), clock);
    },
    ...(dataApi === undefined
      ? {}
      : {
          connectOverDataApi: async (place, tag, signal) => {
            const [{ DataApiLink }, { dataApiWork }, { PostgresDatabase }] = await Promise.all([
              import('./data-api/data-api-link.ts'),
              import('./data-api/data-api-work.ts'),
              import('./database.ts'),
            ]);
            const link = new DataApiLink(dataApi, place, tag, signal, effects);
            return new PostgresDatabase(link, dataApiWork(link), clock, 'the Data API');
          },
        }),
  };
}
