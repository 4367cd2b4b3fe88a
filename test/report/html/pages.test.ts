import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { RunRecord } from '../../../src/app/ports/run-store.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { renderPlanPage } from '../../../src/report/html/plan/plan-page.ts';
import { renderRunPage } from '../../../src/report/html/run/run-page.ts';
import { runReport } from '../../../src/report/run-report.ts';
import { findChromium, openBrowser } from '../../support/browser.ts';
import { events, partitions, partitionsWithHistory, plan, run } from '../sample.ts';
import { lookAt } from './look.ts';
import { poison } from './poison.ts';

const sources = [
  { path: 'm/V1__verified.yaml', text: Array.from({ length: 12 }, (_, n) => `line ${n + 1}`).join('\n') },
];
const sizes = [{ table: 'public.users', rows: 1_000_000, bytes: 1_530_000_000 }];

const baseline = { users: { rows: '1000000', inserted: '0', deleted: '0' } };

const rewrites = {
  reasons: ['m/V1__verified.sql:2:1: nobody waits'],
  changes: [
    {
      path: 'm/V1__verified.sql',
      before: '-- x\nCREATE INDEX i;\n',
      after: '-- x\nCREATE INDEX CONCURRENTLY i;\n',
    },
    { path: 'm/V1__verified.yaml', before: null, after: 'backfill: []\n' },
  ],
};

const planPage = (made: Plan, offer = rewrites): string =>
  renderPlanPage({
    plan: made,
    sources,
    sizes,
    rewrites: offer,
    cost: [['snapshot storage', '$0.10 a month']],
  });

const report = runReport({ run: { ...run, baseline }, plan, events, partitions: partitionsWithHistory });
const { verdict: _, concludedAt: __, because: ___, ...begun } = run;
const going: RunRecord = { ...begun, status: 'backfilling' };

/** A step under a strong lock that works long: the picture has a bar of its own for it. */
const blocking: Plan = { ...plan, steps: plan.steps.map((step) => ({ ...step, long: true })) };

const pages = [
  ['a plan', planPage(plan)],
  ['a plan that holds everybody up', planPage(blocking)],
  [
    'a plan with nothing in it',
    planPage({ ...plan, steps: [], backfills: [], findings: [], approvalReasons: [] }),
  ],
  ['a plan by someone hostile', planPage(poison(plan), poison(rewrites))],
  ['a run', renderRunPage(report)],
  [
    'a run that goes on, with nothing kept',
    renderRunPage(runReport({ run: going, plan, events: events.slice(0, 10), partitions })),
  ],
  ['a run by someone hostile', renderRunPage(poison(report))],
] as const;

const screens = [
  ['a desktop in light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['a desktop in dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['a phone', { colorScheme: 'light', viewport: { width: 360, height: 740 } }],
  ['a phone at night', { colorScheme: 'dark', viewport: { width: 360, height: 740 } }],
] as const;

describe('the pages in a real browser', () => {
  let browser: Browser | null = null;
  beforeAll(async () => {
    const found = await findChromium();
    if (found !== null) browser = await openBrowser(found);
  });
  afterAll(() => browser?.close());

  const chromium = (ctx: TestContext): Browser => browser ?? ctx.skip('there is no Chromium on this machine');

  it.for(
    pages.flatMap(([name, text]) => screens.map(([where, options]) => ({ name, text, where, options }))),
  )('$name on $where: no request, no overflow, legible, named', async ({ text, options }, ctx) => {
    const page = await chromium(ctx).newPage(options);
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.setContent(text);
    const look = await lookAt(page);
    await page.close();
    expect({ asked, said }).toEqual({ asked: [], said: [] });
    expect(look).toMatchObject({
      overflows: false,
      tablesWithoutCaption: 0,
      picturesWithoutTitle: 0,
      foreign: 0,
      faint: [],
      pwned: null,
    });
    expect(look.texts).toBeGreaterThan(20);
    const levels = look.headings.map((heading) => Number(heading[0]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  });

  it('prints on white paper without what only a screen can use', async (ctx) => {
    const page = await chromium(ctx).newPage({ colorScheme: 'dark' });
    await page.setContent(planPage(plan));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    const paper = await page.evaluate('getComputedStyle(document.querySelector("section")).backgroundColor');
    expect(paper).toBe('rgb(255, 255, 255)');
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
    await page.close();
  });
});
