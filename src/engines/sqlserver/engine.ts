import type { Clock } from '../../app/ports/clock.ts';
import type { Effects } from '../../app/ports/effects.ts';
import type { Engine } from '../../app/ports/engine.ts';

export interface SqlServerEngineParts {
  readonly effects: Effects;
  readonly clock: Clock;
}

/**
 * SQL Server 2016 and later, on RDS, in Azure or elsewhere. What editions and versions can do is read from the server
 * (server.ts). Its parts are loaded when first used: a function that starts cold pays for what it does, not for what an
 * engine can do.
 */
export function createSqlServerEngine({ effects, clock }: SqlServerEngineParts): Engine {
  return {
    name: 'sqlserver',
    capabilities: {
      transactionalDdl: true,
      concurrentIndex: true,
      patientWaits: false,
      unproved: 'support for SQL Server has been seen at work on Babelfish only, and on no SQL Server yet',
    },
    analyze: async (source, facts) => (await import('./analysis/analyze.ts')).analyze(source, facts),
    expressionProblem: async (expression) =>
      (await import('./analysis/expression-problem.ts')).expressionProblem(expression),
    keepCurrent: async (backfill) => (await import('./keep-current.ts')).keepCurrent(backfill),
    connect: async (login, tag, signal) => {
      const [{ Connection }, { SqlServerDatabase }] = await Promise.all([
        import('./session/connection.ts'),
        import('./database.ts'),
      ]);
      return new SqlServerDatabase(await Connection.open(login, tag, signal, effects), clock);
    },
  };
}
