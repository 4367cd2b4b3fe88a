/**
 * An RDS instance as DescribeDBInstances gives it, or an Aurora cluster as DescribeDBClusters does, turned into plain
 * JSON (times are ISO 8601 texts). Saved beside the snapshot, so that the restore is built from what it was then.
 */
export type InstanceDescription = Readonly<Record<string, unknown>>;

/** Parameters of an RDS API call under the API's own names. */
export type Parameters = Readonly<Record<string, unknown>>;

/** A text field; null when it is absent or empty. */
export function text(description: InstanceDescription, field: string): string | null {
  const value = description[field];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A number field; null when it is absent. */
export function number(description: InstanceDescription, field: string): number | null {
  const value = description[field];
  return typeof value === 'number' ? value : null;
}

/** A boolean field; RDS leaves some of them out when they are false. */
export function flag(description: InstanceDescription, field: string): boolean {
  return description[field] === true;
}

/** A nested structure; empty when it is absent. */
export function part(description: InstanceDescription, field: string): InstanceDescription {
  const value = description[field];
  return isRecord(value) ? value : {};
}

/** A list of structures; empty when it is absent. */
export function parts(description: InstanceDescription, field: string): readonly InstanceDescription[] {
  const value = description[field];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A list of texts in sorted order, for RDS returns lists in no particular one. */
export function texts(description: InstanceDescription, field: string): readonly string[] {
  const value = description[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string').sort() : [];
}

/** Key → value of `TagList`. */
export function tagsOf(description: InstanceDescription): Readonly<Record<string, string>> {
  const pairs = parts(description, 'TagList').map((tag) => [
    text(tag, 'Key') ?? '',
    text(tag, 'Value') ?? '',
  ]);
  return Object.fromEntries(pairs);
}

/** The immutable identity of an instance or a cluster, whatever it is called. */
export const resourceIdOf = (description: InstanceDescription): string | null =>
  text(description, 'DbiResourceId') ?? text(description, 'DbClusterResourceId');

/** `sqlserver-se` and its editions have rules of their own for storage. */
export const isSqlServer = (description: InstanceDescription): boolean =>
  (text(description, 'Engine') ?? '').startsWith('sqlserver');

/** The parameters without those that have no value. */
export function withoutNulls(parameters: Readonly<Record<string, unknown>>): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined),
  );
}

function isRecord(value: unknown): value is InstanceDescription {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
