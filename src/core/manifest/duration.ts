/** A whole number and its unit, as people write it: `250ms`, `5s`, `40m`, `24h`, `7d`. */
export const durationPattern = /^(\d{1,12})(ms|s|m|h|d)$/;

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a duration such as `250ms` or `24h`; null when the text is none. */
export function parseDuration(text: string): number | null {
  const match = durationPattern.exec(text);
  if (match === null) return null;
  const [, amount, unit] = match;
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}
