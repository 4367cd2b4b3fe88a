import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** What a browser makes of a page. */
export interface Look {
  /** Wider than the window, so that a phone scrolls sideways. */
  readonly overflows: boolean;
  /** `1 Title`, in order. */
  readonly headings: readonly string[];
  readonly tablesWithoutCaption: number;
  readonly picturesWithoutTitle: number;
  /** Elements that no report holds. */
  readonly foreign: number;
  /** What a hostile script would have set. */
  readonly pwned: unknown;
  /** How many texts are seen. */
  readonly texts: number;
  /** Texts whose contrast with what they stand on is below 4.5 (WCAG 2.2, 1.4.3). */
  readonly faint: readonly string[];
}

export async function lookAt(page: Page): Promise<Look> {
  const source = await readFile(join(import.meta.dirname, 'inspect.mjs'), 'utf8');
  return page.evaluate(`(${source.slice(source.indexOf('function'))})()`);
}
