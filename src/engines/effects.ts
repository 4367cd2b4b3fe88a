import type { Effect, SchemaObject } from '../core/analysis/statement.ts';

export const created = (object: SchemaObject, hedged = false): Effect =>
  hedged ? { does: 'create', object, hedged: true } : { does: 'create', object };
export const dropped = (object: SchemaObject, ifExists = false): Effect =>
  ifExists ? { does: 'drop', object, ifExists: true } : { does: 'drop', object };
export const altered = (object: SchemaObject, what: string, ifExists = false): Effect =>
  ifExists ? { does: 'alter', object, what, ifExists: true } : { does: 'alter', object, what };
export const renamed = (object: SchemaObject, to: string, ifExists = false): Effect =>
  ifExists ? { does: 'rename', object, to, ifExists: true } : { does: 'rename', object, to };
export const written = (table: string): Effect => ({ does: 'write', table });
