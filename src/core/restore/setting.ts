import { flag, type InstanceDescription, type Parameters } from './description.ts';

/**
 * One thing that makes an instance or a cluster what it is, and what becomes of it when that is restored from its
 * snapshot. A field of the description that no row knows is compared as it stands and never explained.
 */
export interface Setting {
  readonly setting: string;
  /** Top-level fields of the description that this row speaks for. */
  readonly fields: readonly string[];
  /** What a restore does to it. */
  readonly onRestore: string;
  /** The value that is compared, as plain JSON without what changes by itself. */
  read(description: InstanceDescription): unknown;
  /** Parameters that carry it, of the call that makes the copy: RestoreDB…FromSnapshot, CreateDBInstance of a member. */
  restore?(source: InstanceDescription): Parameters;
  /** Parameters of ModifyDBInstance or ModifyDBCluster that give the copy the source's value. */
  modify?(source: InstanceDescription, restored: InstanceDescription): Parameters;
  /** Why these two may differ, or null when they may not. */
  explain?(source: InstanceDescription, restored: InstanceDescription): string | null;
  /** What a person has to do about it after the swap. */
  handOver?(source: InstanceDescription): readonly string[];
}

/** A parameter that is left out when there is nothing to list. */
export const listParameter = (name: string, values: readonly unknown[]): Parameters =>
  values.length === 0 ? {} : { [name]: values };

/** A parameter that is given only when the field is true. */
export const trueParameter = (name: string, source: InstanceDescription, field: string): Parameters =>
  flag(source, field) ? { [name]: true } : {};

/** Sorts by code units, independent of any locale. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
