import type { Clock } from '../../app/ports/clock.ts';
import type { Effects } from '../../app/ports/effects.ts';
import type { Engine } from '../../app/ports/engine.ts';
import { analyze } from './analysis/analyze.ts';
import { expressionProblem } from './analysis/expression-problem.ts';
import { MySqlDatabase } from './database.ts';
import { keepCurrent } from './keep-current.ts';
import { Connection } from './session/connection.ts';

export interface MySqlEngineParts {
  readonly effects: Effects;
  readonly clock: Clock;
}

/**
 * MySQL 5.7 and later, MariaDB 10.6 and later, and what speaks their protocol and catalogue on RDS and Aurora. What
 * differs between them is read from the server (server.ts).
 */
export function createMySqlEngine({ effects, clock }: MySqlEngineParts): Engine {
  return {
    name: 'mysql',
    capabilities: { transactionalDdl: false, concurrentIndex: true },
    analyze,
    expressionProblem,
    keepCurrent,
    connect: async (login, tag, signal) =>
      new MySqlDatabase(await Connection.open(login, tag, signal, effects), clock),
  };
}
