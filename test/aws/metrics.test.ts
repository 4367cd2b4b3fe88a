import { expect, it } from 'vitest';
import { embeddedMetrics } from '../../src/aws/metrics.ts';

const lines: string[] = [];
const metrics = embeddedMetrics({
  clock: { now: () => 1_000 },
  deployment: 'lockkeeper',
  write: (line) => void lines.push(line),
});
const last = () => JSON.parse(lines.at(-1) ?? '');

it('figures of a target are one line, for the deployment and for the target', () => {
  metrics.put('shop', { RowsVisited: 5, RowsPerSecond: 2.5 });
  expect(lines.at(-1)).toMatch(/^\{.*\}\n$/);
  expect(last()).toEqual({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Lockkeeper',
          Dimensions: [['Deployment'], ['Deployment', 'Target']],
          Metrics: [
            { Name: 'RowsVisited', Unit: 'Count' },
            { Name: 'RowsPerSecond', Unit: 'Count/Second' },
          ],
        },
      ],
    },
    Deployment: 'lockkeeper',
    Target: 'shop',
    RowsVisited: 5,
    RowsPerSecond: 2.5,
  });
});

it('figures of the account name no target', () => {
  metrics.put(null, { SnapshotQuotaPercent: 90 });
  expect(last()).not.toHaveProperty('Target');
  expect(last()._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Deployment']]);
});

it('what is no number is left out, and a line without figures is not written', () => {
  const before = lines.length;
  metrics.put('shop', { RowsPerSecond: Number.NaN });
  metrics.put('shop', {});
  expect(lines).toHaveLength(before);
  metrics.put('shop', { RowsPerSecond: Number.POSITIVE_INFINITY, RowsVisited: 1 });
  expect(last()).not.toHaveProperty('RowsPerSecond');
});
