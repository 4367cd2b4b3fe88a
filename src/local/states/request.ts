import { isObject } from '../asl/json.ts';
import { StatesError } from './errors.ts';

/** @throws StatesError ValidationException when the member is there but is no string */
export function optional(request: unknown, member: string): string | undefined {
  const value = isObject(request) ? request[member] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new StatesError('ValidationException', `${member} must be a string`);
}

/** @throws StatesError ValidationException when the member is missing or is no string */
export function required(request: unknown, member: string): string {
  const value = optional(request, member);
  if (value !== undefined) return value;
  throw new StatesError(
    'ValidationException',
    `Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}
