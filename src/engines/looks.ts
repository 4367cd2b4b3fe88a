import type { Rule, RuleFile } from '../core/analysis/rule.ts';
import type { Finding } from '../core/analysis/statement.ts';

/** What one statement shows by itself, beyond what classification finds. */
export type Look<Seen> = (seen: Seen) => readonly Finding[];

export interface FoundAt {
  /** Place of the statement in the script, from 0. */
  readonly at: number;
  readonly finding: Finding;
}

/** What only several statements together show. */
export type LookThrough<Read, Known> = (script: readonly Read[], known: Known) => readonly FoundAt[];

/** A file of a rule. A rule without either look is found by classification itself. */
export interface LookingRule<Seen, Read, Known> extends RuleFile {
  readonly look?: Look<Seen>;
  readonly lookThrough?: LookThrough<Read, Known>;
}

/** What is found at one statement of a script. */
export const foundAt = (index: number, found: readonly FoundAt[]): readonly Finding[] =>
  found.filter(({ at }) => at === index).map(({ finding }) => finding);

/**
 * What only takes long hurts nobody where the table is known to be small.
 * @param smallSize bytes of a table that is small, else null
 */
export function milderBySize(
  rules: readonly RuleFile[],
  smallSize: (table: string) => number | null,
): (finding: Finding) => Finding {
  const scaling = new Set(rules.filter(({ rule }) => scales(rule)).map(({ rule }) => rule.id));
  return (finding) => {
    if (finding.table === undefined || finding.severity === 'note' || !scaling.has(finding.rule))
      return finding;
    const bytes = smallSize(finding.table);
    if (bytes === null) return finding;
    const size = `${finding.table} holds ${Math.ceil(bytes / 1024)} kB: it is over at once`;
    return { ...finding, severity: 'note', message: `${finding.message} (${size})` };
  };
}

const scales = ({ bySize }: Rule): boolean => bySize === true;
