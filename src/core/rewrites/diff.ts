import type { Rewrite } from './rewrite.ts';

export type DiffLine = { readonly sign: '-' | '+'; readonly text: string };

/** A rewrite as lines taken out and put in. */
export function diffOf({ original, statements }: Rewrite): readonly DiffLine[] {
  const lines = (sign: '-' | '+', sql: string): DiffLine[] =>
    `${sql};`.split('\n').map((text) => ({ sign, text }));
  return [...lines('-', original), ...statements.flatMap((statement) => lines('+', statement))];
}
