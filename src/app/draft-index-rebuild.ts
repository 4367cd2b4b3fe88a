import type { Problem } from '../core/errors.ts';
import type { IndexRebuildSpec } from '../core/manifest/manifest.ts';
import type { IndexRebuildDraft } from '../core/plan/index-rebuild.ts';
import { noTable } from '../core/plan/unknown-names.ts';
import { obstacleProblem } from './obstacle-problem.ts';
import type { Database, DatabaseFacts, Engine } from './ports/engine.ts';
import type { Obstacle } from './ports/replacement.ts';

type Drafted =
  | { readonly problems: readonly Problem[] }
  | { readonly problems: readonly []; readonly indexRebuild: IndexRebuildDraft };

/** Asks the database which indexes can go and how they come again, and says everything that stands in the way. */
export async function draftIndexRebuild(
  engine: Engine,
  database: Database,
  { table, indexes }: IndexRebuildSpec,
  facts: DatabaseFacts,
): Promise<Drafted> {
  const refuse = (...obstacles: readonly Obstacle[]): Drafted => ({
    problems: obstacles.map((obstacle) => obstacleProblem('rebuild_indexes', table, obstacle)),
  });
  if (database.draftIndexRebuild === undefined && database.keepsNoSession !== undefined)
    return refuse({
      message: `indexes are not rebuilt over ${database.keepsNoSession}: building one beside writers needs a session`,
      expected: '`transport: direct` for this target',
    });
  if (database.draftIndexRebuild === undefined)
    return refuse({
      message: `indexes are not rebuilt on ${engine.name} yet`,
      expected: 'PostgreSQL, or the DROP INDEX and CREATE INDEX in the migration itself',
    });
  const found = facts.tables[table.value] ?? null;
  if (found === null) return refuse({ at: ['table'], ...noTable(table.value, facts.tableNames ?? []) });
  const answer = await database.draftIndexRebuild({ table: found.table, indexes: indexes ?? null });
  return answer.ok ? { problems: [], indexRebuild: answer.draft } : refuse(...answer.obstacles);
}
