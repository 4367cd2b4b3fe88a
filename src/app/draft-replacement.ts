import { type Effect, type Statement, sameName } from '../core/analysis/statement.ts';
import { InputError, type Problem } from '../core/errors.ts';
import type { Located, ReplaceSpec } from '../core/manifest/manifest.ts';
import type { Migration } from '../core/migration.ts';
import { planWalk, walkableKey } from '../core/plan/backfill.ts';
import type { PlanInput } from '../core/plan/build.ts';
import { noReplacement } from '../core/plan/no-session.ts';
import type { StatementGroup } from '../core/plan/steps.ts';
import { noTable } from '../core/plan/unknown-names.ts';
import { analyzeLocated } from './located-sql.ts';
import { obstacleProblem } from './obstacle-problem.ts';
import type { Database, DatabaseFacts, Engine } from './ports/engine.ts';
import type { Obstacle } from './ports/replacement.ts';

interface Wanted {
  readonly migration: Migration;
  readonly replace: ReplaceSpec;
  readonly facts: DatabaseFacts;
  readonly expand: readonly StatementGroup[];
}

type Drafted =
  | { readonly problems: readonly Problem[] }
  | { readonly problems: readonly []; readonly replacement: NonNullable<PlanInput['replacement']> };

/** Asks the database how it would replace the table, and says everything that stands in the way. */
export async function draftReplacement(
  engine: Engine,
  database: Database,
  { migration, replace, facts, expand }: Wanted,
): Promise<Drafted> {
  const refuse = (...obstacles: readonly Obstacle[]): Drafted => ({
    problems: obstacles.map((obstacle) => obstacleProblem('replace', replace.table, obstacle)),
  });
  if (database.keepsNoSession !== undefined) return refuse(noReplacement(database.keepsNoSession));
  if (database.draftReplacement === undefined)
    return refuse({
      message: `tables are not replaced on ${engine.name} yet`,
      expected: 'PostgreSQL, or an expand and a backfill instead',
    });
  if (expand.some(({ statements }) => statements.length > 0))
    return refuse({
      message: 'the SQL file beside the manifest holds statements, and `replace` goes together with none',
      expected: '`expand: []` in the manifest, or a migration of its own for one of them',
    });
  const unchanged = (migration.manifest?.checks.after ?? []).filter(
    ({ value }) =>
      value.check === 'row_count' &&
      value.expect.is === 'unchanged' &&
      sameName(value.table, replace.table.value),
  );
  if (unchanged.length > 0)
    return refuse({
      message: `row_count unchanged cannot be told of ${replace.table.value}: the server counts the writes of the new table anew`,
      expected: 'no such check: every row is compared before the swap',
    });
  const table = facts.tables[replace.table.value] ?? null;
  if (table === null)
    return refuse({ at: ['table'], ...noTable(replace.table.value, facts.tableNames ?? []) });
  const walk = planWalk(replace, table);
  if (typeof walk === 'string') return refuse({ at: ['key'], message: walk, expected: walkableKey });

  const read = await readStatements(engine, replace);
  if ('problems' in read) return read;
  const { from, up, down } = replace;
  const { statements } = read;
  const { version } = migration;
  const answer = await database.draftReplacement({ version, ...walk, from, statements, up, down });
  return answer.ok
    ? { problems: [], replacement: { walk, draft: answer.draft } }
    : refuse(...answer.obstacles);
}

/** They are carried out where the new table stands: what names anything else would reach what is in use. */
async function readStatements(
  engine: Engine,
  { table, from, statements }: ReplaceSpec,
): Promise<{ readonly statements: readonly Statement[] } | { readonly problems: readonly Problem[] }> {
  const own = table.value.split('.').at(-1) ?? table.value;
  try {
    const groups = await analyzeLocated(engine, statements);
    const problems = groups.flatMap((group, index) => {
      const place = statements[index];
      if (place === undefined) return [];
      return group.statements.flatMap((statement) => {
        const message = strayStatement(statement, own);
        return message === null ? [] : [problemIn(place, from, index, message, own)];
      });
    });
    return problems.length > 0 ? { problems } : { statements: groups.flatMap((group) => group.statements) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { problems: error.problems };
  }
}

const allowed: ReadonlySet<string> = new Set(['table', 'column', 'index', 'constraint', 'other']);

function strayStatement(statement: Statement, own: string): string | null {
  if (statement.kind !== 'schema') return `${statement.verb} does not shape a table`;
  if (!statement.transactional)
    return `${statement.verb} cannot run in the transaction that makes the new table`;
  if (statement.effects.length === 0) return `it is not known what ${statement.verb} changes`;
  const stray = statement.effects.find((effect) => !isOwn(effect, own));
  if (stray === undefined) return null;
  return `it changes ${stray.does === 'write' ? stray.table : (stray.object.table ?? stray.object.name)}, not the new table`;
}

function isOwn(effect: Effect, own: string): boolean {
  if (effect.does === 'write' || !allowed.has(effect.object.type)) return false;
  const { type, name, table } = effect.object;
  if (type === 'table') return name === own && effect.does !== 'drop' && effect.does !== 'rename';
  // An index that is dropped or renamed is named alone: it is looked for where the new table stands first.
  return table === undefined ? !name.includes('.') : table === own;
}

const problemIn = (
  { path, line, column }: Located<string>,
  from: ReplaceSpec['from'],
  index: number,
  message: string,
  own: string,
): Problem => ({
  file: path,
  line,
  column,
  path: `replace.${from === 'copy' ? 'alter' : 'as'}[${index}]`,
  message,
  expected: `statements that change ${own} or its indexes and constraints, named without a schema`,
});
