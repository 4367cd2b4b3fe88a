import { expect, test } from 'vitest';
import { instanceState, isSettled } from '../../../src/core/restore/state.ts';

test.each([
  ['available', 'available'],
  ['storage-optimization', 'available'],
  ['storage-initialization', 'available'],
  ['creating', 'busy'],
  ['backing-up', 'busy'],
  ['modifying', 'busy'],
  ['renaming', 'busy'],
  ['rebooting', 'busy'],
  ['configuring-enhanced-monitoring', 'busy'],
  ['resetting-master-credentials', 'busy'],
  ['a-status-of-the-future', 'busy'],
  ['failed', 'failed'],
  ['deleting', 'failed'],
  ['deleted', 'failed'],
  ['incompatible-restore', 'failed'],
  ['incompatible-parameters', 'failed'],
  ['incompatible-network', 'failed'],
  ['storage-full', 'failed'],
  ['inaccessible-encryption-credentials', 'failed'],
  ['stopped', 'failed'],
])('%s is %s', (status, is) => {
  expect(instanceState({ DBInstanceStatus: status })).toEqual({ is, status });
});

test('an instance without a status is busy', () => {
  expect(instanceState({})).toEqual({ is: 'busy', status: 'unknown' });
});

test.each([
  [{ DBInstanceStatus: 'available' }, true],
  [{ DBInstanceStatus: 'available', PendingModifiedValues: {} }, true],
  [{ DBInstanceStatus: 'available', PendingModifiedValues: { ProcessorFeatures: [] } }, true],
  [{ DBInstanceStatus: 'available', PendingModifiedValues: { MasterUserPassword: '****' } }, false],
  [{ DBInstanceStatus: 'modifying', PendingModifiedValues: {} }, false],
])('%j is settled: %s', (description, settled) => {
  expect(isSettled(description)).toBe(settled);
});
