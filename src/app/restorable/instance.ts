import { text } from '../../core/restore/description.ts';
import { diffInstances } from '../../core/restore/diff.ts';
import { handOver, restoreParameters, settleParameters } from '../../core/restore/parameters.ts';
import { instanceState, pendingValues } from '../../core/restore/state.ts';
import { nextSwapMove } from '../../core/restore/swap.ts';
import type { App } from '../app.ts';
import { instanceEndpoint } from '../endpoint.ts';
import type { Restorable } from './restorable.ts';

/** An RDS instance: one resource, one copy, two renames. */
export const instanceOf = ({ rds }: App, id: string): Restorable => ({
  kind: 'instance',
  id,
  describe: (name) => rds.describeInstance(name),
  stateOf: instanceState,
  endpointOf: instanceEndpoint,
  masterOf: (description) => text(description, 'MasterUsername'),

  describeSnapshot: (snapshotId) => rds.describeSnapshot(snapshotId),
  createSnapshot: (snapshotId, tags) => rds.createSnapshot(id, snapshotId, tags),

  begin: (source, { snapshotId, instanceId }, tags) =>
    rds.restoreInstance(restoreParameters(source, { snapshotId, instanceId, tags })),
  complete: async () => false,
  async settle(source, restored, password) {
    const parameters = {
      ...settleParameters(source, restored),
      ...(password === null ? {} : { MasterUserPassword: password }),
    };
    if (Object.keys(parameters).length === 0) return;
    const DBInstanceIdentifier = text(restored, 'DBInstanceIdentifier');
    await rds.modifyInstance({ ...parameters, DBInstanceIdentifier, ApplyImmediately: true });
  },
  pendingOf: pendingValues,
  diff: diffInstances,
  handOver,
  identityOf: (_source, restored) => ({ restoredResourceId: text(restored, 'DbiResourceId') ?? '' }),

  async nextMove(source, { instanceId, failedId, restoredResourceId = '' }) {
    const names = { original: id, restored: instanceId, failed: failedId };
    const [original, restored, failed] = await Promise.all([
      rds.describeInstance(names.original),
      rds.describeInstance(names.restored),
      rds.describeInstance(names.failed),
    ]);
    const resourceIds = { old: text(source, 'DbiResourceId') ?? '', restored: restoredResourceId };
    const move = nextSwapMove({ original, restored, failed }, names, resourceIds);
    if (move.do !== 'rename') return move;
    const { from, to } = move;
    return { do: 'act', words: `renaming ${from} to ${to}`, act: () => rds.renameInstance(from, to) };
  },
});
