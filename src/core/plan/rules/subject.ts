import type { Rule } from '../../analysis/rule.ts';
import type { Finding, Statement } from '../../analysis/statement.ts';
import type { BackfillSpec } from '../../manifest/manifest.ts';
import type { Migration } from '../../migration.ts';
import type { StatementGroup } from '../steps.ts';

/** A migration in one direction, as the rules about the whole of it see it. */
export interface Subject {
  readonly migration: Migration;
  /** None on the way down. */
  readonly backfills: readonly BackfillSpec[];
  readonly expand: readonly StatementGroup[];
  readonly contract: readonly StatementGroup[];
  /** Those of the down file, as they would be run. */
  readonly down: readonly StatementGroup[];
}

/** A file of a rule that looks at a whole migration, its manifest included. */
export interface MigrationRuleFile {
  readonly rule: Rule;
  readonly find: (subject: Subject) => readonly Finding[];
}

export const statementsOf = (groups: readonly StatementGroup[]): readonly Statement[] =>
  groups.flatMap((group) => group.statements);
