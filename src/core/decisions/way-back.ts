import type { RollbackPolicy } from '../manifest/manifest.ts';

/** What is known when a run has failed, reduced to what the decision needs. */
export interface Situation {
  /** At least one step or batch of the run has, or may have, changed the database. */
  readonly changed: boolean;
  /** A step that loses data, or cannot be undone, has been journaled or may have run. */
  readonly destroyed: boolean;
  readonly policy: RollbackPolicy;
  readonly down: 'untried' | 'failed' | 'left-differences' | 'not-available';
  readonly restorePoint: 'available' | 'none';
  readonly restore: 'untried' | 'under-way' | 'failed' | 'declined';
  /** Restoring needs a person's consent unless policy says otherwise. */
  readonly restoreNeedsConsent: boolean;
  readonly restoreConsented: boolean;
}

export type WayBack =
  | { readonly go: 'none'; readonly because: string }
  | { readonly go: 'down'; readonly because: string }
  | { readonly go: 'ask-restore'; readonly because: string }
  | { readonly go: 'restore'; readonly because: string }
  | { readonly go: 'attention'; readonly because: string };

/** The decision table: first row that applies. */
export function decideWayBack(now: Situation): WayBack {
  if (now.restore === 'failed') return attention('the restore failed; nothing was deleted');
  if (now.restore === 'declined')
    return attention('the restore was declined; the database is as the failure left it');
  if (now.restore === 'under-way')
    return { go: 'restore', because: 'the restore has begun and is carried to its end' };
  if (!now.changed) return decideUnchanged(now);
  if (now.policy === 'none') return attention('the policy of this migration is not to go back');

  const downHelps = !now.destroyed && now.policy !== 'restore';
  if (downHelps && now.down === 'untried') {
    return { go: 'down', because: 'every journaled step can be undone and later writes are kept' };
  }
  const because = reasonToRestore(now);
  if (now.policy === 'down') return attention(`${because}; the policy of this migration forbids a restore`);
  if (now.restorePoint === 'none') return attention(`${because}; there is no restore point`);
  if (now.restoreNeedsConsent && !now.restoreConsented) return { go: 'ask-restore', because };
  return { go: 'restore', because };
}

/** A record that contradicts itself is no ground for doing nothing, nor for a restore. */
function decideUnchanged(now: Situation): WayBack {
  if (now.destroyed || now.down === 'failed' || now.down === 'left-differences') {
    return attention('the record says that nothing was changed, and also that something was');
  }
  return { go: 'none', because: 'nothing had been changed' };
}

function reasonToRestore(now: Situation): string {
  if (now.destroyed) return 'data was destroyed that no down script brings back';
  if (now.policy === 'restore') return 'the policy of this migration is to restore';
  switch (now.down) {
    case 'failed':
      return 'the down script failed';
    case 'left-differences':
      return 'the down script left the schema different from what it was';
    case 'not-available':
      return 'there is no down script for every step that was done';
    case 'untried':
      return 'the down script was not tried';
    default:
      return now.down satisfies never;
  }
}

const attention = (because: string): WayBack => ({ go: 'attention', because });
