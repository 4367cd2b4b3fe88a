import { defineRule } from '../rule.ts';
import type { Finding } from '../statement.ts';

export const rule = defineRule({
  id: 'unused-silence',
  severity: 'warning',
  title: 'A silence that silences nothing',
  versions: 'all',
});

export const unusedSilence = (name: string, isError: boolean): Finding =>
  isError
    ? rule.finding(
        `${name} is an error here, which cannot be silenced: the statement would be refused`,
        'Correct the statement.',
      )
    : rule.finding(
        `there is no ${name} here to be silenced`,
        'Take it out, so that it does not hide what comes later; it stands before its statement or behind it on its last line.',
      );
