import { defineRule } from '../rule.ts';
import type { Finding } from '../statement.ts';

export const rule = defineRule({
  id: 'draft-not-reviewed',
  severity: 'note',
  title: 'A drafted down script that nobody has reviewed',
  versions: 'all',
});

/** Where the file stands under the line that a draft begins with. */
export const draftNotReviewed = (path: string): Finding => ({
  ...rule.finding(
    'this down script is a draft that nobody has reviewed',
    'Read it, run lockkeeper check-down, and delete its first line.',
  ),
  position: { path, line: 1, column: 1 },
});
