import type { ColumnDefinition } from './columns.ts';

/** What a foreign key refers to. */
export interface Reference {
  readonly table: string;
  readonly columns: readonly string[];
  /** A row that goes takes those along that refer to it, or changes them. */
  readonly onDelete: 'CASCADE' | 'SET NULL' | null;
}

export type IndexKind = 'index' | 'unique' | 'fulltext' | 'spatial' | 'primary';

/** One action of an ALTER TABLE, as it is written. `hedged` stands for its IF EXISTS or IF NOT EXISTS. */
export type Action =
  | { readonly does: 'add-column'; readonly column: ColumnDefinition; readonly hedged: boolean }
  | { readonly does: 'drop-column'; readonly name: string; readonly hedged: boolean }
  /** CHANGE and MODIFY. */
  | {
      readonly does: 'change-column';
      readonly from: string;
      readonly column: ColumnDefinition;
      readonly hedged: boolean;
    }
  | { readonly does: 'rename-column'; readonly from: string; readonly to: string; readonly hedged: boolean }
  | {
      readonly does: 'alter-column';
      readonly name: string;
      readonly what: 'set default' | 'drop default' | 'visibility';
      readonly hedged: boolean;
    }
  | {
      readonly does: 'add-index';
      readonly kind: IndexKind;
      readonly name: string | null;
      /** Null stands for an expression. */
      readonly columns: readonly (string | null)[];
      readonly hedged: boolean;
    }
  | { readonly does: 'drop-index'; readonly name: string; readonly hedged: boolean }
  | { readonly does: 'drop-primary-key' }
  | { readonly does: 'rename-index'; readonly from: string; readonly to: string; readonly hedged: boolean }
  | { readonly does: 'index-visibility'; readonly name: string; readonly hedged: boolean }
  | {
      readonly does: 'add-foreign-key';
      readonly name: string | null;
      readonly columns: readonly string[];
      readonly references: Reference;
      readonly hedged: boolean;
    }
  | { readonly does: 'drop-foreign-key'; readonly name: string; readonly hedged: boolean }
  | { readonly does: 'add-check'; readonly name: string | null; readonly hedged: boolean }
  | { readonly does: 'drop-constraint'; readonly name: string; readonly hedged: boolean }
  | { readonly does: 'enforce-check'; readonly name: string; readonly enforced: boolean }
  | { readonly does: 'rename-table'; readonly to: string }
  | { readonly does: 'convert-charset'; readonly charset: string }
  | { readonly does: 'option'; readonly name: string; readonly value: string }
  | { readonly does: 'force' }
  | { readonly does: 'order-by' }
  | { readonly does: 'toggle-keys'; readonly on: boolean }
  | { readonly does: 'tablespace'; readonly what: 'discard' | 'import' }
  | { readonly does: 'versioning'; readonly what: 'add' | 'drop' }
  | { readonly does: 'partition'; readonly what: string; readonly names: readonly string[] }
  /** ALGORITHM, LOCK and VALIDATION clauses, and MariaDB's WAIT. */
  | { readonly does: 'clause'; readonly name: 'ALGORITHM' | 'LOCK' | 'VALIDATION'; readonly value: string };
