import pg from 'pg';
import { AwsError } from '../gateway/errors.ts';
import type { JsonObject } from '../gateway/json.ts';

/** How whole and decimal numbers are wanted. */
export interface ReturnTypes {
  readonly longs: 'LONG' | 'STRING';
  readonly decimals: 'STRING' | 'DOUBLE_OR_LONG';
}

/** By the type's number in `pg_type`; what is in none of these the Data API does not carry. */
const kinds: Readonly<Record<string, readonly number[]>> = {
  boolean: [16],
  long: [20, 21, 23],
  double: [700, 701],
  decimal: [1700],
  blob: [17],
  // text, varchar, bpchar, json, jsonb, uuid, date, time, timestamp, inet, cidr
  text: [25, 1043, 1042, 114, 3802, 2950, 1082, 1083, 1114, 869, 650],
  moment: [1184],
  // of booleans, whole numbers, texts, floats
  array: [1000, 1005, 1007, 1016, 1009, 1015, 1021, 1022],
};

const kindByType = new Map(
  Object.entries(kinds).flatMap(([kind, types]) => types.map((type) => [type, kind] as const)),
);

/**
 * A value as the Data API writes it.
 * @param isEnum of a type of one's own: whether it is an enumeration, the only such kind that is carried
 * @throws AwsError `UnsupportedResultException`
 */
export function fieldOf(
  value: string | null,
  type: number,
  wanted: ReturnTypes,
  isEnum: (type: number) => boolean,
): JsonObject {
  const kind = kindByType.get(type) ?? (isEnum(type) ? 'text' : undefined);
  if (kind === undefined) {
    throw new AwsError(
      'UnsupportedResultException',
      `The result contains the unsupported data type ${type}.`,
    );
  }
  if (value === null) return { isNull: true };
  switch (kind) {
    case 'boolean':
      return { booleanValue: value === 't' };
    case 'long':
      return wanted.longs === 'STRING' ? { stringValue: value } : { longValue: Number(value) };
    case 'double':
      return { doubleValue: Number(value) };
    case 'decimal':
      return wanted.decimals === 'STRING' ? { stringValue: value } : { doubleValue: Number(value) };
    case 'blob':
      return { blobValue: Buffer.from(value.slice(2), 'hex').toString('base64') };
    case 'moment':
      // The session is in UTC, and the offset is not written.
      return { stringValue: value.replace(/[+-]\d\d(?::\d\d)?$/, '') };
    case 'array':
      return { arrayValue: arrayOf(value, type) };
    default:
      return { stringValue: value };
  }
}

function arrayOf(value: string, type: number): JsonObject {
  const items: unknown = pg.types.getTypeParser(type, 'text')(value);
  const flat = Array.isArray(items) ? items : [];
  if (flat.some(Array.isArray)) {
    throw new AwsError('UnsupportedResultException', 'The result contains a multidimensional array.');
  }
  if (type === 1000) return { booleanValues: flat };
  if ([1005, 1007, 1016].includes(type)) return { longValues: flat.map(Number) };
  return [1021, 1022].includes(type) ? { doubleValues: flat } : { stringValues: flat };
}
