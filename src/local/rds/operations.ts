import { AwsError, notImplemented } from '../gateway/errors.ts';
import type { QueryOperation, QueryParameters } from '../gateway/query.ts';
import { accountOperations, filterOf } from './account.ts';
import { createMember, refuseClusterSettings } from './clusters/members.ts';
import { clusterOperations } from './clusters/operations.ts';
import { describeInstance, describeSnapshot } from './describe.ts';
import { isRdsEngine, isVersion, type RdsEngine } from './engines.ts';
import type { Fleet } from './fleet.ts';
import * as instances from './instances.ts';
import { page } from './page.ts';
import type { InstanceRecord, SnapshotRecord } from './records.ts';
import { type Call, RULES, readSettings } from './settings.ts';
import { createSnapshot, deleteSnapshot } from './snapshots.ts';
import { lastPart, taggable } from './taggable.ts';

/** The operations of the RDS API that the local cloud implements, by name. */
export function rdsOperations(fleet: Fleet): Readonly<Record<string, QueryOperation>> {
  const show = (instance: InstanceRecord) =>
    describeInstance(instance, fleet.knownEndpoint(instance.identifier), fleet.options, fleet.now());
  const showSnapshot = (snapshot: SnapshotRecord) => describeSnapshot(snapshot, fleet.options);
  const named = (parameters: QueryParameters) => fleet.instance(parameters.required('DBInstanceIdentifier'));

  return {
    ...accountOperations(fleet),
    ...clusterOperations(fleet),

    async CreateDBInstance(parameters) {
      refuseUnknown('create', parameters, CREATE_PARAMETERS);
      const clusterId = parameters.optional('DBClusterIdentifier');
      if (clusterId !== undefined) {
        return { DBInstance: show(await newMember(fleet, clusterId, parameters)) };
      }
      const engine = parameters.required('Engine');
      if (!isRdsEngine(engine)) throw notImplemented('rds', `CreateDBInstance with the engine ${engine}`);
      requireVersion(engine, (await fleet.launcher(engine)).engineVersion, parameters);
      const instance = await instances.createInstance(fleet, {
        identifier: parameters.required('DBInstanceIdentifier'),
        engine,
        masterUsername: parameters.required('MasterUsername'),
        masterPassword: parameters.required('MasterUserPassword'),
        dbName: parameters.optional('DBName'),
        settings: readSettings('create', parameters),
        tags: parameters.tags() ?? [],
      });
      return { DBInstance: show(instance) };
    },

    DescribeDBInstances(parameters) {
      const identifier =
        parameters.optional('DBInstanceIdentifier') ?? filterOf(parameters, 'db-instance-id');
      const found = identifier === undefined ? [...fleet.instances.values()] : [fleet.instance(identifier)];
      return page('DBInstances', found.map(show), parameters);
    },

    async RestoreDBInstanceFromDBSnapshot(parameters) {
      refuseUnknown('restore', parameters, RESTORE_PARAMETERS);
      const snapshotIdentifier = lastPart(parameters.required('DBSnapshotIdentifier'));
      requireSameEngine(fleet.snapshot(snapshotIdentifier), parameters);
      const instance = await instances.restoreInstance(fleet, {
        identifier: parameters.required('DBInstanceIdentifier'),
        snapshotIdentifier,
        settings: readSettings('restore', parameters),
        tags: parameters.tags(),
      });
      return { DBInstance: show(instance) };
    },

    async ModifyDBInstance(parameters) {
      refuseUnknown('modify', parameters, MODIFY_PARAMETERS);
      const instance = named(parameters);
      instances.requireAvailable(instance);
      requireVersion(instance.engine, instance.engineVersion, parameters);
      const immediately = parameters.boolean('ApplyImmediately') ?? false;
      const password = parameters.optional('MasterUserPassword');
      const newName = parameters.optional('NewDBInstanceIdentifier');
      // Checked before anything changes: a refused request has changed nothing.
      if (newName !== undefined) fleet.freeName(newName);
      const logs = exportedLogs(instance, parameters);
      const asked = {
        ...readSettings('modify', parameters),
        ...(logs ? { EnabledCloudwatchLogsExports: logs } : {}),
      };
      instances.modifySettings(fleet, instance, asked, immediately);
      if (password !== undefined) instances.resetMasterPassword(fleet, instance, password);
      if (newName !== undefined && immediately) await instances.renameInstance(fleet, instance, newName);
      else if (newName !== undefined) instance.pending.DBInstanceIdentifier = newName.toLowerCase();
      return { DBInstance: show(instance) };
    },

    async RebootDBInstance(parameters) {
      const instance = named(parameters);
      instances.requireAvailable(instance);
      await instances.rebootInstance(fleet, instance);
      return { DBInstance: show(instance) };
    },

    DeleteDBInstance(parameters) {
      const instance = named(parameters);
      const finalSnapshot = parameters.optional('FinalDBSnapshotIdentifier');
      if (instance.settings.DeletionProtection) {
        throw new AwsError(
          'InvalidParameterCombination',
          'Cannot delete protected DB Instance, please disable deletion protection and try again.',
        );
      }
      if (parameters.boolean('SkipFinalSnapshot') !== true && finalSnapshot === undefined) {
        throw new AwsError(
          'InvalidParameterCombination',
          'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
        );
      }
      if (instance.status !== 'failed') instances.requireAvailable(instance);
      instances.deleteInstance(fleet, instance, finalSnapshot);
      return { DBInstance: show(instance) };
    },

    CreateDBSnapshot(parameters) {
      if (named(parameters).cluster !== undefined) {
        throw new AwsError(
          'InvalidParameterValue',
          'The DB instance belongs to a DB cluster: use CreateDBClusterSnapshot.',
        );
      }
      const { snapshot } = createSnapshot(
        fleet,
        named(parameters),
        parameters.required('DBSnapshotIdentifier'),
        parameters.tags() ?? [],
      );
      return { DBSnapshot: showSnapshot(snapshot) };
    },

    DescribeDBSnapshots(parameters) {
      const identifier = parameters.optional('DBSnapshotIdentifier');
      const source = parameters.optional('DBInstanceIdentifier')?.toLowerCase();
      const type = parameters.optional('SnapshotType') ?? 'manual';
      const found = (
        identifier === undefined ? [...fleet.snapshots.values()] : [fleet.snapshot(lastPart(identifier))]
      )
        .filter((snapshot) => source === undefined || snapshot.source.identifier === source)
        .filter(() => type === 'manual');
      return page('DBSnapshots', found.map(showSnapshot), parameters);
    },

    DeleteDBSnapshot(parameters) {
      const snapshot = fleet.snapshot(parameters.required('DBSnapshotIdentifier'));
      deleteSnapshot(fleet, snapshot);
      return { DBSnapshot: { ...showSnapshot(snapshot), Status: 'deleted' } };
    },

    AddTagsToResource(parameters) {
      const resource = taggable(fleet, parameters);
      const added = parameters.tags() ?? [];
      resource.set([...resource.get().filter((tag) => !added.some(({ Key }) => Key === tag.Key)), ...added]);
      return undefined;
    },

    RemoveTagsFromResource(parameters) {
      const resource = taggable(fleet, parameters);
      const removed = parameters.list('TagKeys') ?? [];
      resource.set(resource.get().filter((tag) => !removed.includes(tag.Key)));
      return undefined;
    },

    async DescribeDBEngineVersions(parameters) {
      const asked = parameters.optional('Engine');
      const wanted = asked ?? 'postgres';
      if (isRdsEngine(wanted)) await fleet.launcher(wanted);
      const found = fleet.versions().filter(({ engine }) => asked === undefined || engine === asked);
      return {
        DBEngineVersions: found.map(({ engine, version }) => ({
          Engine: engine,
          EngineVersion: version,
          Status: 'available',
        })),
      };
    },

    ListTagsForResource: (parameters) => ({ TagList: taggable(fleet, parameters).get() }),
  };
}

async function newMember(fleet: Fleet, clusterId: string, parameters: QueryParameters) {
  const cluster = fleet.cluster(clusterId);
  if (parameters.required('Engine') !== cluster.engine) {
    throw new AwsError('InvalidParameterCombination', `The engine of ${clusterId} is ${cluster.engine}.`);
  }
  const settings = readSettings('create', parameters);
  refuseClusterSettings(settings);
  return createMember(fleet, cluster, {
    identifier: parameters.required('DBInstanceIdentifier'),
    settings,
    promotionTier: parameters.integer('PromotionTier'),
    tags: parameters.tags() ?? [],
  });
}

/** Parameters beside the settings. `Port` is taken and ignored: every name has a loopback port of its own. */
const COMMON = ['Action', 'Version', 'DBInstanceIdentifier', 'Port', 'Tags'];
const CREATE_PARAMETERS = [
  ...COMMON,
  'EngineVersion',
  'Engine',
  'MasterUsername',
  'MasterUserPassword',
  'DBName',
  'DBClusterIdentifier',
  'PromotionTier',
];
const RESTORE_PARAMETERS = [...COMMON, 'DBSnapshotIdentifier', 'Engine'];
const MODIFY_PARAMETERS = [
  ...COMMON,
  'EngineVersion',
  'ApplyImmediately',
  'MasterUserPassword',
  'NewDBInstanceIdentifier',
  'CloudwatchLogsExportConfiguration',
];

/** A parameter without an effect here would let a mistake pass that shows on AWS only. */
function refuseUnknown(call: Call, parameters: QueryParameters, known: readonly string[]): void {
  const settings = Object.entries(RULES)
    .filter(([, rule]) => rule.calls === undefined || rule.calls.includes(call))
    .map(([name, rule]) => rule.parameter ?? name);
  const unknown = parameters.names().find((name) => !known.includes(name) && !settings.includes(name));
  if (unknown !== undefined)
    throw notImplemented('rds', `${parameters.required('Action')}, parameter ${unknown}`);
}

/** There is one version of an engine here: a request may name it, in part or in full. */
function requireVersion(engine: RdsEngine, version: string, parameters: QueryParameters): void {
  const asked = parameters.optional('EngineVersion');
  if (asked === undefined || isVersion(asked, version)) return;
  throw new AwsError('InvalidParameterCombination', `Cannot find version ${asked} for ${engine}`);
}

function requireSameEngine({ source }: SnapshotRecord, parameters: QueryParameters): void {
  const asked = parameters.optional('Engine');
  if (asked === undefined || asked === source.engine) return;
  throw new AwsError(
    'InvalidParameterCombination',
    `A snapshot of ${source.engine} cannot be restored as ${asked}.`,
  );
}

function exportedLogs(instance: InstanceRecord, parameters: QueryParameters): string[] | undefined {
  const enable = parameters.list('CloudwatchLogsExportConfiguration.EnableLogTypes') ?? [];
  const disable = parameters.list('CloudwatchLogsExportConfiguration.DisableLogTypes') ?? [];
  if (enable.length + disable.length === 0) return undefined;
  const kept = instance.settings.EnabledCloudwatchLogsExports.filter((type) => !disable.includes(type));
  return [...new Set([...kept, ...enable])];
}
