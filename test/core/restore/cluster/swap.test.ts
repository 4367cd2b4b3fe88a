import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterDescription } from '../../../../src/core/restore/cluster/description.ts';
import { type ClusterMove, nextClusterMove } from '../../../../src/core/restore/cluster/swap.ts';
import type { InstanceDescription } from '../../../../src/core/restore/description.ts';
import type { Roles } from '../../../../src/core/restore/swap.ts';
import { type RenameShape, RenamingRds } from '../renaming-rds.ts';

const namesOf = (id: string): Roles<string> => ({
  original: id,
  restored: `${id}-rb-r1`,
  failed: `${id}-failed-r1`,
});
const memberIds = ['catalog-1', 'catalog-2'];

/** Two clusters and their members, whose names move as RDS moves them. */
class Clusters {
  readonly clusters: RenamingRds;
  readonly members: RenamingRds;
  /** The old cluster's members, by their resource ids. */
  readonly kept: readonly string[];
  dataApi = false;
  switchedOn = 0;

  constructor(shape: RenameShape, gone: readonly string[] = []) {
    this.clusters = new RenamingRds(shape, { OLD: 'catalog', NEW: 'catalog-rb-r1' });
    this.kept = memberIds.filter((id) => !gone.includes(id));
    this.members = new RenamingRds(
      shape,
      Object.fromEntries([
        ...this.kept.map((id) => [`old ${id}`, id]),
        ...memberIds.map((id) => [`new ${id}`, `${id}-rb-r1`]),
      ]),
    );
  }

  next(): ClusterMove {
    const seen = this.clusters.look(namesOf('catalog'));
    return nextClusterMove({
      cluster: {
        names: namesOf('catalog'),
        resourceIds: { old: 'OLD', restored: 'NEW' },
        describe: {
          original: this.#cluster(seen.original),
          restored: this.#cluster(seen.restored),
          failed: this.#cluster(seen.failed),
        },
      },
      members: memberIds.map((id) => ({
        names: namesOf(id),
        resourceIds: { old: `old ${id}`, restored: `new ${id}` },
        describe: this.members.look(namesOf(id)),
      })),
      dataApi: true,
    });
  }

  act(move: ClusterMove): void {
    if (move.do === 'rename-cluster') this.clusters.rename(move.from, move.to);
    if (move.do === 'rename-members') for (const { from, to } of move.pairs) this.members.rename(from, to);
    if (move.do === 'switch-on-data-api') {
      this.dataApi = true;
      this.switchedOn += 1;
    }
  }

  tick(): void {
    this.clusters.tick();
    this.members.tick();
  }

  #cluster(found: InstanceDescription | null): ClusterDescription | null {
    if (found === null) return null;
    const old = found.DbiResourceId === 'OLD';
    const names = this.members.names();
    const listed = (old ? this.kept : memberIds).map((id) => names[`${old ? 'old' : 'new'} ${id}`]);
    const cluster = {
      ...found,
      DBClusterMembers: listed.map((name) => ({ DBInstanceIdentifier: name })),
      HttpEndpointEnabled: old || this.dataApi,
    };
    return { cluster, members: [], endpoints: [] };
  }
}

const shapes: readonly RenameShape[] = ['late-status', 'under-both-names', 'under-no-name', 'at-once'];

test.each(shapes.flatMap((shape) => [[], ['catalog-1']].map((gone) => ({ shape, gone }))))(
  'a swap whose worker is lost anywhere is finished in the one order: $shape, without $gone',
  ({ shape, gone }) => {
    const perhaps = fc.array(fc.constantFrom('ask', 'lose', 'tick'), { maxLength: 40 });
    fc.assert(
      fc.property(perhaps, (course) => {
        const world = new Clusters(shape, gone);
        for (const what of course) {
          if (what === 'tick') world.tick();
          else {
            const move = world.next();
            if (what === 'ask') world.act(move);
          }
        }
        let move = world.next();
        for (let left = 60; left > 0 && move.do !== 'done' && move.do !== 'attention'; left--) {
          world.act(move);
          world.tick();
          move = world.next();
        }
        expect(move).toEqual({ do: 'done' });
        expect(world.clusters.accepted).toEqual([
          'OLD: catalog → catalog-failed-r1',
          'NEW: catalog-rb-r1 → catalog',
        ]);
        expect(world.members.names()).toEqual(
          Object.fromEntries([
            ...world.kept.map((id) => [`old ${id}`, `${id}-failed-r1`]),
            ...memberIds.map((id) => [`new ${id}`, id]),
          ]),
        );
        expect(world.switchedOn).toBe(1);
      }),
      { numRuns: 60 },
    );
  },
);

test('no member of the old cluster moves before the cluster has given its name up, and the restored one comes last', () => {
  const world = new Clusters('at-once');
  const order: string[] = [];
  for (let move = world.next(); move.do !== 'done'; move = world.next()) {
    order.push(
      move.do === 'rename-cluster'
        ? `${move.from} → ${move.to}`
        : move.do === 'rename-members'
          ? move.pairs.map(({ from, to }) => `${from} → ${to}`).join(', ')
          : move.do,
    );
    world.act(move);
  }
  expect(order).toEqual([
    'catalog → catalog-failed-r1',
    'catalog-1 → catalog-1-failed-r1, catalog-2 → catalog-2-failed-r1',
    'catalog-1-rb-r1 → catalog-1, catalog-2-rb-r1 → catalog-2',
    'catalog-rb-r1 → catalog',
    'switch-on-data-api',
  ]);
});

const bearing = (id: string, status = 'available'): ClusterDescription => ({
  cluster: { DbClusterResourceId: id, Status: status },
  members: [{ DBInstanceIdentifier: 'catalog-1-rb-r1', DBInstanceStatus: status }],
  endpoints: [],
});

test.each<{ when: string; look: Partial<Roles<ClusterDescription>>; move: object }>([
  {
    when: 'a member of the restored cluster is still being made',
    look: {
      original: bearing('OLD'),
      restored: { ...bearing('NEW'), members: [{ DBInstanceIdentifier: 'm', DBInstanceStatus: 'creating' }] },
    },
    move: { do: 'wait', because: 'm is creating' },
  },
  {
    when: 'a member of the restored cluster has failed',
    look: {
      original: bearing('OLD'),
      restored: { ...bearing('NEW'), members: [{ DBInstanceIdentifier: 'm', DBInstanceStatus: 'failed' }] },
    },
    move: { do: 'attention', because: 'm is failed' },
  },
  {
    when: 'the name is borne by a cluster that nobody knows',
    look: { original: bearing('OTHER'), restored: bearing('NEW') },
    move: { do: 'attention', because: expect.stringContaining('another cluster') },
  },
  {
    when: 'the restored cluster is gone',
    look: { original: bearing('OLD') },
    move: { do: 'attention', because: 'catalog-rb-r1 is not there; catalog is still the old cluster' },
  },
])('$when', ({ look, move }) => {
  const { original = null, restored = null, failed = null } = look;
  expect(
    nextClusterMove({
      cluster: {
        names: namesOf('catalog'),
        resourceIds: { old: 'OLD', restored: 'NEW' },
        describe: { original, restored, failed },
      },
      members: [],
      dataApi: false,
    }),
  ).toEqual(move);
});
