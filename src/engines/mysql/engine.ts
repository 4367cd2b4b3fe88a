import type { Clock } from '../../app/ports/clock.ts';
import type { Effects } from '../../app/ports/effects.ts';
import type { Engine } from '../../app/ports/engine.ts';

export interface MySqlEngineParts {
  readonly effects: Effects;
  readonly clock: Clock;
}

/**
 * MySQL 5.7 and later, MariaDB 10.6 and later, and what speaks their protocol and catalogue on RDS and Aurora. What
 * differs between them is read from the server (server.ts).
 * Its parts are loaded when first used: a function that starts cold pays for what it does, not for what an engine
 * can do.
 */
export function createMySqlEngine({ effects, clock }: MySqlEngineParts): Engine {
  return {
    name: 'mysql',
    capabilities: { transactionalDdl: false, concurrentIndex: true, patientWaits: false },
    analyze: async (source, facts) => (await import('./analysis/analyze.ts')).analyze(source, facts),
    findRewrites: async (source, serverVersion) =>
      (await import('./rewrites/rewrites.ts')).findRewrites(source, serverVersion),
    draftDown: async (statements) => (await import('./down/draft.ts')).draftDown(statements),
    openScratch: async (login, name, signal) =>
      (await import('./scratch.ts')).openScratch(login, name, signal, effects),
    expressionProblem: async (expression) =>
      (await import('./analysis/expression-problem.ts')).expressionProblem(expression),
    assignmentProblem: async (set, table) =>
      (await import('./assignment-order.ts')).assignmentProblem(set, table),
    keepCurrent: async (backfill) => (await import('./keep-current.ts')).keepCurrent(backfill),
    connect: async (login, tag, signal) => {
      const [{ Connection }, { MySqlDatabase }] = await Promise.all([
        import('./session/connection.ts'),
        import('./database.ts'),
      ]);
      return new MySqlDatabase(await Connection.open(login, tag, signal, effects), clock);
    },
  };
}
