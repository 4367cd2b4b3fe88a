import type { Check, CheckResult } from '../core/checks.ts';
import { toFailure } from '../core/errors.ts';
import { type CheckContext, type CheckKind, type CheckOf, type Finding, unreadable } from './check.ts';

/** How an engine carries out each kind of check. */
export type CheckKinds<C> = { readonly [Kind in Check['check']]: CheckKind<Kind, C> };

/** Runs one check. Never throws: a check that cannot be carried out is unreadable, which counts as failed. */
export async function runCheck<C>(
  kinds: CheckKinds<C>,
  check: Check,
  context: CheckContext<C>,
): Promise<CheckResult> {
  return run(kinds, check.check, check, context);
}

async function run<Kind extends Check['check'], C>(
  kinds: CheckKinds<C>,
  kind: Kind,
  check: CheckOf<Kind>,
  context: CheckContext<C>,
): Promise<CheckResult> {
  const { title, run: ask } = kinds[kind];
  const finding = await ask(check, context).catch((error: unknown): Finding => {
    const { message, remedy } = toFailure(error);
    return unreadable(message, remedy ?? 'correct the check, or see that it can be read, and try again');
  });
  return { check: kind, title: title(check), ...finding };
}
