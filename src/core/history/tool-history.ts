import type { Direction } from '../plan/plan.ts';
import type { Recorded, Tool } from './recorded.ts';

/** The table in which a tool remembers what it has applied. */
export interface HistoryTable {
  /** Null: wherever the session finds the name. */
  readonly schema: string | null;
  readonly name: string;
  /** Those that are read; one without them is not the tool's, whatever it is called. */
  readonly columns: readonly string[];
  /** Oldest first. */
  readonly orderBy: readonly string[];
}

/** By column; as the server writes it as text. */
export type HistoryRow = Readonly<Record<string, string | null>>;

/** What is read of a table that is there. */
export interface HistoryContent {
  readonly schema: string;
  readonly name: string;
  readonly rows: readonly HistoryRow[];
}

/** A value of a row, or what the server is to put there: its clock, its user, a new UUID, one more than there is. */
export type HistoryValue =
  | string
  | number
  | boolean
  | null
  | { readonly is: 'now' | 'user' | 'uuid' }
  | { readonly is: 'next'; readonly column: string };

/** Rows are told by the values of some of their columns; by none, all of them are meant. */
export type HistoryKey = Readonly<Record<string, string | number | null>>;

/** A change of a history table. Made twice, it leaves what it leaves made once. */
export type HistoryChange =
  | { readonly does: 'remove'; readonly where: HistoryKey }
  | {
      readonly does: 'add';
      readonly values: Readonly<Record<string, HistoryValue>>;
      /** Not where there is such a row. */
      readonly unless: HistoryKey;
    };

/** What a run writes into a tool's history when it has succeeded. */
export interface PlannedHistory {
  readonly tool: Tool;
  readonly schema: string;
  readonly name: string;
  readonly changes: readonly HistoryChange[];
}

/** What a tool's history says of one migration. */
export interface Found {
  /** As the server writes it; null where the tool does not keep it. */
  readonly at: string | null;
  /** The tool's own checksum is not that of the file. */
  readonly edited: boolean;
}

export interface Known<Entry> {
  /** Of the folder, in its order. */
  readonly all: readonly Entry[];
  /** Of those, what the history says; null for what it does not know. */
  readonly found: readonly (Found | null)[];
  readonly rows: readonly HistoryRow[];
}

/** How one tool remembers. */
export interface ToolHistory<Entry extends Recorded> {
  readonly table: HistoryTable;
  /** Why nothing can be built on what the rows say, with the tool's own way out; null when it can. */
  refuse?(rows: readonly HistoryRow[]): string | null;
  /** What the rows say of each migration of a folder, in the folder's order. */
  find(rows: readonly HistoryRow[], all: readonly Entry[]): readonly (Found | null)[];
  /** What is to be written once a migration is in effect, or no longer is; null, with a reason, where that cannot be. */
  keep(
    entry: Entry,
    direction: Direction,
    known: Known<Entry>,
  ): readonly HistoryChange[] | { readonly refused: string };
}

export type EntryOf<Of extends Tool> = Extract<Recorded, { tool: Of }>;

/** Rows that stand for migrations each by itself, found by a name. */
export const foundByName = <Entry>(
  rows: readonly HistoryRow[],
  all: readonly Entry[],
  nameOf: (entry: Entry) => string,
  column: string,
  at: string | null,
): readonly (Found | null)[] => {
  const byName = new Map(rows.map((row) => [row[column], row]));
  return all.map((entry) => {
    const row = byName.get(nameOf(entry));
    return row === undefined ? null : { at: at === null ? null : (row[at] ?? null), edited: false };
  });
};

export const now = { is: 'now' } as const;
