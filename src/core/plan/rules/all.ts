import * as backfillNeverMatches from './backfill-never-matches.ts';
import * as dropsWhatIsRead from './drops-what-is-read.ts';
import * as lockHeldThroughLongStatement from './lock-held-through-long-statement.ts';
import * as rollbackInScript from './rollback-in-script.ts';
import * as settingOutOfReach from './setting-out-of-reach.ts';
import type { MigrationRuleFile } from './subject.ts';

/** The rules about a whole migration, whatever the engine, in the order in which their findings are named. */
export const migrationRules: readonly MigrationRuleFile[] = [
  rollbackInScript,
  settingOutOfReach,
  lockHeldThroughLongStatement,
  backfillNeverMatches,
  dropsWhatIsRead,
];
