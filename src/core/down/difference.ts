/** The lines of two schema fingerprints that only one of them has, in their order. */
export interface SchemaDifference {
  /** In the schema before, and not after. */
  readonly missing: readonly string[];
  /** After, and not before. */
  readonly left: readonly string[];
}

/** How a schema differs from what it was; null where it does not. */
export function schemaDifference(
  before: readonly string[],
  after: readonly string[],
): SchemaDifference | null {
  const [was, is] = [new Set(before), new Set(after)];
  const missing = before.filter((line) => !is.has(line));
  const left = after.filter((line) => !was.has(line));
  return missing.length + left.length === 0 ? null : { missing, left };
}
