import { createHash } from 'node:crypto';
import type { SessionTag } from '../../../app/ports/engine.ts';
import { holderUses, type SessionUse } from './settings.ts';

/** sys.dm_exec_sessions.program_name is nvarchar(128). */
const LONGEST_NAME = 128;

const PRODUCT = 'lockkeeper';

/**
 * The application name of a session, `lockkeeper/<runId>/<role>`; one that is opened to hold a lock of the application
 * says which behind a `#`. A role that does not fit is replaced by its hash, never cut: two roles must not become one.
 */
export function applicationName(tag: SessionTag, use: SessionUse = 'ordinary'): string {
  const prefix = runPrefix(tag.runId);
  const suffix = holderUses.includes(use) ? `#${use}` : '';
  const name = `${prefix}${tag.role}`.replace(/[^\x20-\x7e]/g, '?');
  if (name.length + suffix.length <= LONGEST_NAME) return name + suffix;
  const hash = createHash('sha256').update(tag.role).digest('hex').slice(0, 12);
  return `${prefix}${hash}`.slice(0, LONGEST_NAME - suffix.length) + suffix;
}

/** What the names of all sessions of one run begin with. */
export const runPrefix = (runId: string): string => `${PRODUCT}/${runId}/`;

/** What the names of all sessions of ours begin with. */
export const productPrefix = `${PRODUCT}/`;
