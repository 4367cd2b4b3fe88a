import type { RuleFile } from '../rule.ts';
import * as draftNotReviewed from './draft-not-reviewed.ts';
import * as silenceWithoutReason from './silence-without-reason.ts';
import * as syntaxError from './syntax-error.ts';
import * as unusedSilence from './unused-silence.ts';

/** The rules about files, whatever the engine. */
export const fileRules: readonly RuleFile[] = [
  syntaxError,
  silenceWithoutReason,
  unusedSilence,
  draftNotReviewed,
];
