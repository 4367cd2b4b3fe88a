import { definitionOf } from '../definition.ts';
import type { Look } from './look.ts';
import { sqlserverRule } from './rule.ts';

export const rule = sqlserverRule({
  id: 'float-column',
  severity: 'note',
  title: 'A floating point number does not keep what is put into it',
  versions: 'all',
});

export const look: Look = ({ statements }) =>
  statements.flatMap((tokens) => {
    const made = definitionOf(tokens);
    return (made?.columns ?? [])
      .filter(({ type }) => /^(FLOAT|REAL|DOUBLE)$/.test(type))
      .map(({ name, type }) =>
        rule.finding(
          `${name} is ${type.toLowerCase()}: it keeps a number near the one that was meant`,
          'Say decimal(p, s) for amounts.',
        ),
      );
  });
