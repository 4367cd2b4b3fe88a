import { flag, type InstanceDescription, number, text, withoutNulls } from '../description.ts';
import { own } from '../fixed-settings.ts';
import type { Setting } from '../setting.ts';
import { settings } from '../settings.ts';

/**
 * What CreateDBInstance takes of a member, by the row of the instances' table that compares it. Everything else of
 * a member is the cluster's, and still compared. Source: docstrings of the operation in the AWS SDK.
 */
const created: Readonly<Record<string, NonNullable<Setting['restore']>>> = {
  engine: (source) => withoutNulls({ Engine: text(source, 'Engine') }),
  'instance class': rowOf('instance class'),
  'minor version upgrades': rowOf('minor version upgrades'),
  'parameter group': rowOf('parameter group'),
  'availability zone': (source) => withoutNulls({ AvailabilityZone: text(source, 'AvailabilityZone') }),
  'public access': rowOf('public access'),
  'CA certificate': rowOf('CA certificate'),
  'Enhanced Monitoring': (source) => {
    const seconds = number(source, 'MonitoringInterval') ?? 0;
    if (seconds === 0) return {};
    return withoutNulls({
      MonitoringInterval: seconds,
      MonitoringRoleArn: text(source, 'MonitoringRoleArn'),
    });
  },
  // Its mode is the cluster's.
  'Performance Insights': (source) =>
    flag(source, 'PerformanceInsightsEnabled')
      ? withoutNulls({
          EnablePerformanceInsights: true,
          PerformanceInsightsKMSKeyId: text(source, 'PerformanceInsightsKMSKeyId'),
          PerformanceInsightsRetentionPeriod: number(source, 'PerformanceInsightsRetentionPeriod'),
        })
      : { EnablePerformanceInsights: false },
  'maintenance window': (source) =>
    withoutNulls({ PreferredMaintenanceWindow: text(source, 'PreferredMaintenanceWindow') }),
  'promotion tier': (source) => withoutNulls({ PromotionTier: number(source, 'PromotionTier') }),
};

/** The instances' table for a member of a cluster: made with all that is its own, never modified afterwards. */
export const memberSettings: readonly Setting[] = [
  ...settings.map(({ restore: _r, modify: _m, handOver: _h, ...row }): Setting => {
    const create = created[row.setting];
    return create === undefined ? row : { ...row, restore: create };
  }),
  own('cluster', 'DBClusterIdentifier', 'the restored cluster, until it bears the name of the old one'),
];

function rowOf(name: string): (source: InstanceDescription) => Readonly<Record<string, unknown>> {
  return (source) => settings.find(({ setting }) => setting === name)?.restore?.(source) ?? {};
}
