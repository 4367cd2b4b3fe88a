import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'name-too-long',
  severity: 'error',
  title: 'A name longer than 128 characters is refused',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flat().flatMap(({ kind, raw, value }) => {
    const name = kind === 'name' ? value : raw;
    if ((kind !== 'name' && kind !== 'word') || name.length <= LONGEST) return [];
    return [
      rule.finding(
        `${name.slice(0, 20)}… has ${name.length} characters: the server refuses names of more than ${LONGEST}`,
        'Choose a shorter one.',
      ),
    ];
  });

const LONGEST = 128;
