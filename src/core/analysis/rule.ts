import type { Finding, Severity } from './statement.ts';

/** What is known of a rule without a statement before it. */
export interface RuleInfo {
  /** As findings, silences and baselines name it; also the name of its page and of its file. */
  readonly id: string;
  /** Of most of its findings; a case may be milder. */
  readonly severity: Severity;
  /** What hurts, in one line. */
  readonly title: string;
  /** For which server versions it holds, in words. */
  readonly versions: string;
  /** Hurts in proportion to the size of the table, so that on a small one it is only worth a note. */
  readonly bySize?: true;
  /** Folder of its page under `docs/rules`, where the rule is one engine’s by a name that others use as well. */
  readonly pages?: string;
}

export interface Rule extends RuleInfo {
  /** Path of its page in this repository. */
  readonly docs: string;
  finding(message: string, remedy: string, details?: FindingDetails): Finding;
}

/** A file of a rule, of whichever kind. */
export interface RuleFile {
  readonly rule: Rule;
}

export interface FindingDetails {
  readonly severity?: Severity;
  /** The table that is read, rewritten or locked, where its size decides. */
  readonly table?: string;
}

export function defineRule(info: RuleInfo): Rule {
  return {
    ...info,
    docs: docsOf(info.pages === undefined ? info.id : `${info.pages}/${info.id}`),
    finding: (message, remedy, { severity = info.severity, table } = {}) => ({
      rule: info.id,
      severity,
      message,
      remedy,
      ...(table === undefined ? {} : { table }),
    }),
  };
}

export const docsOf = (rule: string): string => `docs/rules/${rule}.md`;

/** Where the page of a finding’s rule is, among those that hold for the engine at hand. */
export function pagesOf(rules: readonly Rule[]): (rule: string) => string {
  const pages = new Map(rules.map(({ id, docs }) => [id, docs]));
  return (rule) => pages.get(rule) ?? docsOf(rule);
}
