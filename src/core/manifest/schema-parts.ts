import { z } from 'zod';
import { durationPattern, parseDuration } from './duration.ts';

/** Text that is not blank. */
export const name = (description: string, example?: string) =>
  z
    .string()
    .regex(/\S/)
    .meta(example === undefined ? { description } : { description, examples: [example] });

export const names = (description: string, example: readonly string[]) =>
  z
    .array(name('A column of the table.'))
    .min(1)
    .check(noRepeats())
    .meta({ description, uniqueItems: true, examples: [[...example]] });

export const table = name('The table; may carry its schema.', 'users');

export const sqlText = name(
  'SQL text. Several statements may follow each other, separated by semicolons.',
  'ALTER TABLE users ADD COLUMN email_verified boolean',
);

/** `shortest` and `longest` are durations too, so that messages repeat them as they stand here. */
export const duration = (shortest: string, longest: string) =>
  z
    .string()
    .regex(durationPattern, { abort: true })
    .refine((text) => isBetween(text, shortest, longest), {
      error: 'is out of range',
      params: { expected: `a duration between ${shortest} and ${longest}` },
    });

/** Speaks up beside other problems of the same mapping, but not when an unknown key explains the count. */
export function exactlyOne(keys: readonly string[], expected: string) {
  return z.refine<Record<string, unknown>>(
    (value) => keys.filter((key) => value[key] !== undefined).length === 1,
    {
      error: (issue) => (keysIn(issue.input, keys) === 0 ? 'says nothing' : 'says more than one thing'),
      params: { expected },
      when: ({ value, issues }) =>
        isRecord(value) &&
        !issues.some((issue) => issue.code === 'unrecognized_keys' && (issue.path ?? []).length === 0),
    },
  );
}

const keysIn = (value: unknown, keys: readonly string[]): number =>
  isRecord(value) ? keys.filter((key) => value[key] !== undefined).length : 0;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isBetween(text: string, shortest: string, longest: string): boolean {
  const [value, low, high] = [text, shortest, longest].map(parseDuration);
  return value != null && low != null && high != null && value >= low && value <= high;
}

function noRepeats() {
  return z.refine<string[]>((list) => new Set(list).size === list.length, {
    error: 'names a column twice',
    params: { expected: 'each column once' },
  });
}
