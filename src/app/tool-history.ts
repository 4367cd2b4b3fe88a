import { FatalError } from '../core/errors.ts';
import { type HistoryView, historyTableOf, viewHistory } from '../core/history/all.ts';
import type { Recorded, Tool } from '../core/history/recorded.ts';
import type { HistoryContent, PlannedHistory } from '../core/history/tool-history.ts';
import { compareVersions, type Migration, migrationName } from '../core/migration.ts';
import type { Applied } from '../core/pending.ts';
import type { Direction } from '../core/plan/plan.ts';
import type { Database } from './ports/engine.ts';
import type { LedgerView } from './ports/ledger.ts';

/** What is applied by our own account and by that of the team's tool. */
export interface AppliedView {
  /** The ledger's entries first; then those that only the tool knows. */
  readonly applied: readonly Applied[];
  /** Null where the tool has no history in this database, or keeps none. */
  readonly history: ToolView | null;
}

/** The history of the tool whose files are read. */
export interface ToolView {
  readonly tool: Tool;
  readonly content: HistoryContent;
  readonly view: HistoryView;
  /** Those that the view's numbers stand for. */
  readonly migrations: readonly Migration[];
}

/**
 * Joins the ledger with the history of the tool that the files are written for, so that nothing is applied twice.
 * @param migrations all of the folder
 * @throws FatalError where the tool's history says that a migration has failed half-way
 */
export async function readApplied(
  database: Database,
  ledger: LedgerView,
  migrations: readonly Migration[],
): Promise<AppliedView> {
  const history = await readHistory(database, migrations);
  if (history === null) return { applied: ledger.applied, history };
  const { tool, view, content } = history;
  if (view.refused !== null) {
    throw new FatalError(`${content.schema}.${content.name}: ${view.refused}`, {
      code: 'tool-history-broken',
      remedy: `put right what ${tool} says before anything is built on it`,
    });
  }
  const own = ledger.applied.filter((entry) => entry.kept !== true || !isTakenBack(history, entry));
  const others = history.migrations.flatMap((migration, index): Applied[] => {
    const found = view.found[index] ?? null;
    if (found === null || own.some((entry) => isOf(entry, migration))) return [];
    const { version, description, repeatable, checksum } = migration;
    return [
      {
        version,
        description,
        repeatable,
        // Whether the file is still what it was is for the tool's own checksum to say.
        checksum: found.edited ? `${tool} knows another one` : checksum,
        appliedAt: found.at ?? `an unknown time, by ${tool}`,
        by: tool,
      },
    ];
  });
  return { applied: [...own, ...others], history };
}

/** What was written into the tool's history and is no longer there has been taken back with the tool. */
function isTakenBack({ migrations, view }: ToolView, entry: Applied): boolean {
  const index = migrations.findIndex((migration) => isOf(entry, migration));
  return index >= 0 && (view.found[index] ?? null) === null;
}

async function readHistory(database: Database, migrations: readonly Migration[]): Promise<ToolView | null> {
  const own = migrations.filter((migration) => migration.recorded !== undefined);
  const entries = own.flatMap(({ recorded }): Recorded[] => (recorded === undefined ? [] : [recorded]));
  const [first] = entries;
  if (first === undefined) return null;
  const content = await database.readToolHistory(historyTableOf(first.tool));
  if (content === null) return null;
  const view = viewHistory(first.tool, content.rows, entries);
  return { tool: first.tool, content, view, migrations: own };
}

/** Whether whoever starts the run asks for it, or the migration itself does. */
export const keepsHistory = ({ manifest }: Migration, asked: boolean): boolean =>
  asked || manifest?.keepHistory === true;

/**
 * What a run is to write into the tool's history when it has succeeded.
 * @throws FatalError where there is none to write into, or only the tool itself can
 */
export function planHistory(
  { history }: AppliedView,
  migration: Migration,
  direction: Direction,
): PlannedHistory {
  const index = history === null ? -1 : history.migrations.indexOf(migration);
  if (history === null || index < 0) {
    const tool = migration.recorded?.tool;
    throw new FatalError(
      tool === undefined
        ? `migration ${migrationName(migration)} is of no tool that keeps a history`
        : `${tool} has no history in this database that could be kept current`,
      {
        code: 'no-tool-history',
        remedy:
          tool === undefined
            ? 'leave out --keep-history, and keep_history in the manifest'
            : `let ${tool} make its table ${historyTableOf(tool).name} once, or leave out --keep-history and the manifest’s keep_history`,
      },
    );
  }
  const { tool, content, view } = history;
  const changes = view.keep(index, direction);
  if ('refused' in changes) {
    throw new FatalError(`the history of ${tool} cannot be kept by anybody else: ${changes.refused}`, {
      code: 'tool-history-refused',
      remedy: 'leave out --keep-history, and keep_history in the manifest',
    });
  }
  return { tool, schema: content.schema, name: content.name, changes };
}

/**
 * A migration that is taken back and still stands in its tool's history would never be applied again.
 * @throws FatalError naming it
 */
export function refuseLeftBehind({ history }: AppliedView, migration: Migration): void {
  const index = history === null ? -1 : history.migrations.indexOf(migration);
  if (history === null || (history.view.found[index] ?? null) === null) return;
  const { tool, content } = history;
  throw new FatalError(
    `${content.schema}.${content.name} says that ${migrationName(migration)} is applied, and would still say so`,
    {
      code: 'tool-history-left-behind',
      remedy: `give --keep-history, or say keep_history in the manifest, to take it out there as well; or take it back with ${tool}`,
    },
  );
}

const isOf = (entry: Applied, migration: Migration): boolean =>
  migration.repeatable
    ? entry.repeatable && entry.description === migration.description
    : !entry.repeatable && compareVersions(entry.version, migration.version) === 0;
