import { access } from 'node:fs/promises';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A Chromium that is on this machine already; null where there is none. `CHROMIUM` names another. */
export async function findChromium(): Promise<string | null> {
  for (const place of [process.env.CHROMIUM ?? '', ...places]) {
    if (
      place !== '' &&
      (await access(place).then(
        () => true,
        () => false,
      ))
    )
      return place;
  }
  return null;
}

/** Headless, asking nothing of any network by itself. */
export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
