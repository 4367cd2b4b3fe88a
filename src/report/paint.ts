import picocolors from 'picocolors';

/** The few ways in which reports emphasise text. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** For files, pipes and tests. */
export const plainPaint: Paint = picocolors.createColors(false);

export const colourPaint: Paint = picocolors.createColors(true);

/** Colours on a terminal, unless NO_COLOR or TERM=dumb say otherwise; FORCE_COLOR asks for them anywhere. */
export function paintFor(
  stream: { readonly isTTY?: boolean | undefined },
  environment: NodeJS.ProcessEnv = process.env,
): Paint {
  if (environment.NO_COLOR) return plainPaint;
  if (environment.FORCE_COLOR && environment.FORCE_COLOR !== '0') return colourPaint;
  return stream.isTTY === true && environment.TERM !== 'dumb' ? colourPaint : plainPaint;
}
