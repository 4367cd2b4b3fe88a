import type { Clock } from '../app/ports/clock.ts';
import type { DataApi } from '../app/ports/data-api.ts';
import type { Effects } from '../app/ports/effects.ts';
import type { Engine } from '../app/ports/engine.ts';
import type { EngineName } from '../core/ids.ts';
import { createMySqlEngine } from './mysql/engine.ts';
import { createPostgresEngine } from './postgres/engine.ts';
import { createSqlServerEngine } from './sqlserver/engine.ts';

interface Parts {
  readonly effects: Effects;
  readonly clock: Clock;
  /** Absent where there is no AWS to reach. */
  readonly dataApi?: DataApi | undefined;
}

/** The engines of this program, by name; each is made when it is first asked for. */
export function createEngines(use: Parts): (name: EngineName) => Engine {
  const made = new Map<EngineName, Engine>();
  return (name) => {
    const engine = made.get(name) ?? create(name, use);
    made.set(name, engine);
    return engine;
  };
}

function create(name: EngineName, use: Parts): Engine {
  switch (name) {
    case 'postgres':
      return createPostgresEngine(use);
    case 'mysql':
      return createMySqlEngine(use);
    case 'sqlserver':
      return createSqlServerEngine(use);
    default:
      return name satisfies never;
  }
}
