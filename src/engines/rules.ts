import type { Rule } from '../core/analysis/rule.ts';
import type { EngineName } from '../core/ids.ts';
import { rules as postgres } from './postgres/analysis/rules/all.ts';

/** What is known of an engine’s rules, in their order. */
export function rulesOf(engine: EngineName): readonly Rule[] {
  switch (engine) {
    case 'postgres':
      return postgres.map(({ rule }) => rule);
    case 'mysql':
    case 'sqlserver':
      return [];
    default:
      return engine satisfies never;
  }
}
