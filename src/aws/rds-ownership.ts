import type { Tag } from '@aws-sdk/client-rds';
import { FatalError } from '../core/errors.ts';
import { runTag } from '../core/restore/names.ts';

export const asTags = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Made by this very run: without a run tag to compare, nothing is. */
export function isOurs(
  present: readonly Tag[] | undefined,
  tags: Readonly<Record<string, string | undefined>>,
): boolean {
  const run = tags[runTag];
  return run !== undefined && (present ?? []).some((tag) => tag.Key === runTag && tag.Value === run);
}

export function nameTaken(what: string, cause: unknown): FatalError {
  return new FatalError(`${what} exists already and was not made by this run`, {
    code: 'name-taken',
    remedy: `look at its tag ${runTag}; remove or rename it if nobody needs it`,
    cause,
  });
}
