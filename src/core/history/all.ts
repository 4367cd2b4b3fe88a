import type { Direction } from '../plan/plan.ts';
import type { Recorded, Tool } from './recorded.ts';
import type { EntryOf, Found, HistoryChange, HistoryRow, HistoryTable, ToolHistory } from './tool-history.ts';
import { alembic } from './tools/alembic.ts';
import { drizzle } from './tools/drizzle.ts';
import { flyway } from './tools/flyway.ts';
import { golangMigrate } from './tools/golang-migrate.ts';
import { goose } from './tools/goose.ts';
import { liquibase } from './tools/liquibase.ts';
import { prisma } from './tools/prisma.ts';
import { dbmate, diesel, nodePgMigrate } from './tools/row-each.ts';
import { sqitch } from './tools/sqitch.ts';

const histories: { readonly [Of in Tool]: ToolHistory<EntryOf<Of>> } = {
  flyway,
  'golang-migrate': golangMigrate,
  diesel,
  dbmate,
  goose,
  alembic,
  liquibase,
  prisma,
  drizzle,
  'node-pg-migrate': nodePgMigrate,
  sqitch,
};

export const historyTableOf = (tool: Tool): HistoryTable => histories[tool].table;

/** What a tool's history says of the migrations of a folder. */
export interface HistoryView {
  /** Why nothing can be built on it; null when it can. */
  readonly refused: string | null;
  /** Parallel to the migrations. */
  readonly found: readonly (Found | null)[];
  /** What is to be written once a migration, by its place among them, is in effect or no longer is. */
  keep(index: number, direction: Direction): readonly HistoryChange[] | { readonly refused: string };
}

/** @param entries of one tool, in the folder's order */
export function viewHistory(
  tool: Tool,
  rows: readonly HistoryRow[],
  entries: readonly Recorded[],
): HistoryView {
  return viewOf(histories[tool] as ToolHistory<Recorded>, rows, entries);
}

function viewOf<Entry extends Recorded>(
  history: ToolHistory<Entry>,
  rows: readonly HistoryRow[],
  all: readonly Entry[],
): HistoryView {
  const found = history.find(rows, all);
  return {
    refused: history.refuse?.(rows) ?? null,
    found,
    keep(index, direction) {
      const entry = all[index];
      return entry === undefined ? [] : history.keep(entry, direction, { all, found, rows });
    },
  };
}
