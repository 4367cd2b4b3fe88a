import { FatalError } from '../../../core/errors.ts';
import type { Step } from '../../../core/plan/plan.ts';
import type { Session } from '../session/session.ts';
import type { AloneStatement, Claim } from './alone-statement.ts';
import { describeClaim, holding, readDefinition } from './catalog-probe.ts';
import type { IntentNote } from './journal.ts';

/** What the catalogue says about the step. */
export type Standing =
  | { readonly is: 'in-effect' }
  | { readonly is: 'absent' }
  /** Begun and cut off: this statement does what is left. */
  | { readonly is: 'partial'; readonly rest: string }
  /** Some of what the server does at once is there, some is not: someone else has a hand in it. */
  | { readonly is: 'torn'; readonly found: string };

const nothing: IntentNote = { present: false, heldBefore: [], definition: null };

/** What was there before the first attempt. Throws FatalError when that stands in the way. */
export async function look(
  session: Session,
  step: Step,
  statement: AloneStatement,
  folds: boolean,
): Promise<IntentNote> {
  if (statement.does !== 'change') return nothing;
  const { claims, altered } = statement;
  const held = await holding(session, claims, folds);
  const heldBefore = claims.flatMap((_, index) => (held[index] === true ? [index] : []));
  for (const index of heldBefore) refuseHeld(step, claims[index]);
  return {
    present: claims.length > 0 && heldBefore.length === claims.length,
    heldBefore,
    definition: altered === null ? null : await readDefinition(session, altered),
  };
}

function refuseHeld(step: Step, claim: Claim | undefined): void {
  if (claim === undefined || claim.tolerant) return;
  if (claim.present) {
    throw new FatalError(`step ${step.id}: ${describeClaim(claim)} was there before this run`, {
      code: 'already-exists',
      remedy: 'give it another name, or say IF NOT EXISTS if it is the same',
    });
  }
  throw new FatalError(`step ${step.id}: there is no ${describeClaim(claim)}`, {
    code: 'no-such-object',
    remedy: 'correct the name, or say IF EXISTS',
  });
}

/**
 * How far the statement has come, seen from the catalogue and what was there before. Claims decide where there are
 * any, because they are the statement's own; what has none shows in the table's definition.
 */
export async function probe(
  session: Session,
  statement: AloneStatement,
  note: IntentNote,
  folds: boolean,
): Promise<Standing> {
  if (statement.does !== 'change') return { is: 'absent' };
  const open = statement.claims.filter((_, index) => !note.heldBefore.includes(index));
  if (open.length === 0) return probeDefinition(session, statement.altered, note);
  const held = await holding(session, open, folds);
  const left = open.filter((_, index) => held[index] !== true);
  if (left.length === 0) return { is: 'in-effect' };
  if (left.length === open.length) return { is: 'absent' };
  if (statement.piecemeal !== null) return { is: 'partial', rest: statement.piecemeal(left) };
  return { is: 'torn', found: left.map(describeClaim).join(', ') };
}

async function probeDefinition(
  session: Session,
  altered: Extract<AloneStatement, { does: 'change' }>['altered'],
  note: IntentNote,
): Promise<Standing> {
  if (altered === null || note.definition === null) return { is: 'absent' };
  const now = await readDefinition(session, altered);
  return { is: now === null || now === note.definition ? 'absent' : 'in-effect' };
}

/** The server said it is done; where that can be seen, it must be seen. */
export async function confirm(
  session: Session,
  step: Step,
  statement: AloneStatement,
  note: IntentNote,
  folds: boolean,
): Promise<void> {
  if (statement.does !== 'change' || statement.claims.length === 0) return;
  const standing = await probe(session, statement, note, folds);
  if (standing.is === 'in-effect') return;
  throw new FatalError(
    `step ${step.id} was reported as done by the server, but the catalogue does not show it`,
    {
      code: 'not-in-effect',
      remedy: 'look whether someone else changes the same objects',
    },
  );
}
