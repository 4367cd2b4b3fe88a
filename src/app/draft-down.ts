import { type Statement, sameName } from '../core/analysis/statement.ts';
import { draftText } from '../core/down/draft-text.ts';
import { FatalError } from '../core/errors.ts';
import type { BackfillSpec } from '../core/manifest/manifest.ts';
import type { Migration } from '../core/migration.ts';
import { analyzeMigration } from './make-plan.ts';
import type { Engine } from './ports/engine.ts';

export interface DownDraft {
  readonly text: string;
  /** How many changes a statement takes back, and how many a person has to. */
  readonly drafted: number;
  readonly byHand: number;
}

/** Drafts what takes a migration back. Throws InputError with its syntax errors. */
export async function draftDown(engine: Engine, migration: Migration): Promise<DownDraft> {
  if (engine.draftDown === undefined) {
    throw new FatalError(`down scripts for ${engine.name} are not drafted yet`, { code: 'no-draft' });
  }
  const { expand, contract } = await analyzeMigration(engine, { ...migration, down: null }, 'up');
  const forward = expand.flatMap((group) => group.statements);
  const statements = [
    ...forward,
    ...(migration.manifest?.backfills ?? []).flatMap((backfill) => overwriting(backfill, forward)),
    ...contract.flatMap((group) => group.statements),
  ];
  const parts = await engine.draftDown(statements);
  const byHand = parts.filter(({ undoing, sql }) => undoing.does === 'by-hand' || sql === null).length;
  const name = migration.up?.path ?? migration.manifest?.path ?? migration.version;
  return {
    text: draftText(name.split('/').at(-1) ?? name, statements, parts),
    drafted: parts.length - byHand,
    byHand,
  };
}

/** A backfill as a statement that writes, unless all it sets is new and goes with its columns. */
function overwriting({ table, set }: BackfillSpec, forward: readonly Statement[]): readonly Statement[] {
  const made = forward.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.does === 'create' ? [effect.object] : [])),
  );
  const old = Object.keys(set).filter(
    (name) =>
      !made.some(
        (object) =>
          object.type === 'column' &&
          object.name === name &&
          object.table !== undefined &&
          sameName(object.table, table.value),
      ),
  );
  if (old.length === 0) return [];
  return [
    {
      text: `backfill of ${table.value} (${old.join(', ')})`,
      position: { path: table.path, line: table.line, column: table.column },
      verb: 'UPDATE',
      kind: 'data',
      transactional: true,
      long: true,
      lock: null,
      effects: [{ does: 'write', table: table.value }],
      destroys: false,
      findings: [],
    },
  ];
}
