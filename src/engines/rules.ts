import type { Rule } from '../core/analysis/rule.ts';
import type { EngineName } from '../core/ids.ts';
import { rules as mysql } from './mysql/analysis/rules/all.ts';
import { rules as postgres } from './postgres/analysis/rules/all.ts';
import { rules as sqlserver } from './sqlserver/analysis/rules/all.ts';

const rules: Readonly<Record<EngineName, readonly Rule[]>> = {
  postgres: postgres.map(({ rule }) => rule),
  mysql: mysql.map(({ rule }) => rule),
  sqlserver: sqlserver.map(({ rule }) => rule),
};

/** What is known of an engine’s rules, in their order. */
export const rulesOf = (engine: EngineName): readonly Rule[] => rules[engine];
