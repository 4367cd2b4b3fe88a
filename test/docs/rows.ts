import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const readme = readFileSync(join(import.meta.dirname, '../../docs/rules/README.md'), 'utf8');

/** A line of a table that says which of our rules answers one of another tool’s. */
export interface Answer {
  /** Their names; several where one line answers them together. */
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  /** Why none of ours does. */
  readonly why: string;
}

/**
 * The answers to a tool’s rules.
 * @param part 0 for the first table of the section, 1 for the second …
 */
export function answersTo(tool: string, part = 0): readonly Answer[] {
  const section = readme.split('\n## ').find((text) => text.startsWith(`${tool}\n`)) ?? '';
  const table = section.split(/\n\| --- .*\n/)[part + 1] ?? '';
  const lines = table.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [theirs = '', ours = '', why = ''] = line.slice(1, -1).split('|');
    return {
      theirs: [...theirs.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
      ours: [...ours.matchAll(/\[([\w-]+)\]/g)].map(([, rule = '']) => rule),
      why: why.trim(),
    };
  });
}
