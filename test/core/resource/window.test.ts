import { expect, it } from 'vitest';
import { isWithin } from '../../../src/core/resource/window.ts';

/** 2026-01-04 was a Sunday. */
const at = (text: string): number => Date.parse(`${text}:00Z`);

it.each([
  ['03:00-03:30', '2026-01-07T02:59', false],
  ['03:00-03:30', '2026-01-07T03:00', true],
  ['03:00-03:30', '2026-01-07T03:30', true],
  ['03:00-03:30', '2026-01-07T03:31', false],
  ['23:45-00:15', '2026-01-07T23:50', true],
  ['23:45-00:15', '2026-01-07T00:10', true],
  ['23:45-00:15', '2026-01-07T12:00', false],
  ['sun:05:00-sun:06:00', '2026-01-04T05:30', true],
  ['sun:05:00-sun:06:00', '2026-01-05T05:30', false],
  ['Sat:23:45-Sun:00:15', '2026-01-04T00:10', true],
  ['sat:23:45-sun:00:15', '2026-01-03T23:50', true],
  ['sat:23:45-sun:00:15', '2026-01-04T23:50', false],
  ['whenever', '2026-01-04T23:50', false],
])('%s at %s: %s', (window, time, within) => {
  expect(isWithin(window, at(time))).toBe(within);
});
