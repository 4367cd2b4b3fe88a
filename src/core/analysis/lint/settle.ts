import { isDraft } from '../../down/draft-text.ts';
import { draftNotReviewed } from '../rules/draft-not-reviewed.ts';
import { silenceWithoutReason } from '../rules/silence-without-reason.ts';
import { unusedSilence } from '../rules/unused-silence.ts';
import type { Finding } from '../statement.ts';
import { type Extent, extentOf, isBefore, lineExtent, samePlace } from './places.ts';
import type { LintedFile, LintFinding, LintReport } from './report.ts';
import { findSilences, type Silence } from './silences.ts';

export interface LintInput {
  readonly files: readonly LintedFile[];
  /** Those of all files; one without a place belongs to the first line of the first file. */
  readonly findings: readonly Finding[];
}

/** Puts findings in their places and leaves out what authors silence. `sha256` answers in hex. */
export function settle(
  { files, findings }: LintInput,
  sha256: (text: string) => string,
): Omit<LintReport, 'known'> {
  const settled = files.map((file) =>
    settleFile(
      file,
      findings.filter(({ position }) => (position?.path ?? files[0]?.path) === file.path),
      sha256,
    ),
  );
  return {
    files,
    findings: settled.flatMap((file) => file.findings),
    silenced: settled.flatMap((file) => file.silenced),
  };
}

function settleFile(file: LintedFile, findings: readonly Finding[], sha256: (text: string) => string) {
  const lines = file.text.split('\n');
  const statements = file.statements.map(extentOf);
  const extentAt = (position: Finding['position']): Extent => {
    const place = position ?? { path: file.path, line: 1, column: 1 };
    return statements.find(({ start }) => samePlace(start, place)) ?? lineExtent(place, lines);
  };
  const texts = new Map(
    file.statements.map(({ position, text }) => [`${position.line}:${position.column}`, text]),
  );
  const placed = (finding: Finding, extent: Extent): LintFinding => {
    const text = texts.get(`${extent.start.line}:${extent.start.column}`) ?? finding.message;
    return {
      ...finding,
      position: { path: file.path, ...extent.start },
      end: extent.end,
      fingerprint: sha256([finding.rule, file.path, text.replaceAll(/\s+/g, ' ')].join('\0')),
    };
  };
  const drafts = isDraft(file.text) ? [draftNotReviewed(file.path)] : [];
  const all = [...drafts, ...findings].map((finding) => placed(finding, extentAt(finding.position)));
  const extents = [...statements, ...all.map(({ position, end }) => ({ start: position, end }))];
  const silences = findSilences(
    file.text,
    extents.toSorted((a, b) => (isBefore(a.start, b.start) ? -1 : 1)),
  );
  const silenced = all.flatMap((finding) => {
    const silence = finding.severity === 'error' ? undefined : silences.find((one) => holds(one, finding));
    return silence === undefined ? [] : [{ finding, reason: silence.reason }];
  });
  const about = silences.flatMap((silence) =>
    complaints(silence, all).map((finding) => placed(finding, { start: silence.at, end: silence.end })),
  );
  const hidden = new Set(silenced.map(({ finding }) => finding));
  return {
    findings: [...all.filter((finding) => !hidden.has(finding)), ...about].toSorted((a, b) =>
      samePlace(a.position, b.position) ? 0 : isBefore(a.position, b.position) ? -1 : 1,
    ),
    silenced,
  };
}

const isAbout = ({ target }: Silence, finding: LintFinding): boolean =>
  target !== null && samePlace(target, finding.position);

const holds = (silence: Silence, finding: LintFinding): boolean =>
  silence.reason !== '' && silence.rules.includes(finding.rule) && isAbout(silence, finding);

function complaints(silence: Silence, findings: readonly LintFinding[]): readonly Finding[] {
  if (silence.reason === '' || silence.rules.length === 0) return [silenceWithoutReason(silence.rules)];
  return silence.rules.flatMap((name) => {
    const meant = findings.filter((finding) => finding.rule === name && isAbout(silence, finding));
    if (meant.some(({ severity }) => severity !== 'error')) return [];
    return [unusedSilence(name, meant.length > 0)];
  });
}
