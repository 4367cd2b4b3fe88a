import { flag, type InstanceDescription, number, text, withoutNulls } from './description.ts';
import type { Setting } from './setting.ts';

/** Settings that a restore has no parameter for and ModifyDBInstance has. */
export const settledSettings: readonly Setting[] = [
  {
    setting: 'storage autoscaling',
    fields: ['MaxAllocatedStorage'],
    onRestore: 'off',
    read: (it) => number(it, 'MaxAllocatedStorage'),
    // There is no switch: a limit equal to the size turns it off.
    modify: (source, restored) =>
      withoutNulls({
        MaxAllocatedStorage: number(source, 'MaxAllocatedStorage') ?? number(restored, 'AllocatedStorage'),
      }),
    explain: (source, restored) =>
      number(source, 'MaxAllocatedStorage') === null &&
      number(restored, 'MaxAllocatedStorage') === number(restored, 'AllocatedStorage')
        ? 'a limit equal to the size means off'
        : null,
  },
  {
    setting: 'Enhanced Monitoring',
    fields: ['MonitoringInterval', 'MonitoringRoleArn'],
    onRestore: 'off',
    read: (it) => {
      const seconds = number(it, 'MonitoringInterval') ?? 0;
      return seconds === 0 ? { seconds } : { seconds, role: text(it, 'MonitoringRoleArn') };
    },
    modify: (source) => {
      const seconds = number(source, 'MonitoringInterval') ?? 0;
      if (seconds === 0) return { MonitoringInterval: 0 };
      return withoutNulls({
        MonitoringInterval: seconds,
        MonitoringRoleArn: text(source, 'MonitoringRoleArn'),
      });
    },
  },
  {
    setting: 'Performance Insights',
    fields: [
      'DatabaseInsightsMode',
      'PerformanceInsightsEnabled',
      'PerformanceInsightsKMSKeyId',
      'PerformanceInsightsRetentionPeriod',
    ],
    onRestore: 'off; Database Insights in standard mode',
    read: insights,
    // One row because the advanced mode is accepted only together with Performance Insights and its retention.
    modify: (source) => {
      const { mode, enabled } = insights(source);
      if (!enabled) return withoutNulls({ DatabaseInsightsMode: mode, EnablePerformanceInsights: false });
      return withoutNulls({
        DatabaseInsightsMode: mode,
        EnablePerformanceInsights: true,
        PerformanceInsightsKMSKeyId: text(source, 'PerformanceInsightsKMSKeyId'),
        PerformanceInsightsRetentionPeriod: number(source, 'PerformanceInsightsRetentionPeriod'),
      });
    },
  },
  {
    setting: 'maintenance window',
    fields: ['PreferredMaintenanceWindow'],
    onRestore: 'a random window',
    read: (it) => text(it, 'PreferredMaintenanceWindow'),
    modify: (source) =>
      withoutNulls({ PreferredMaintenanceWindow: text(source, 'PreferredMaintenanceWindow') }),
  },
  {
    setting: 'promotion tier',
    fields: ['PromotionTier'],
    onRestore: 'the default tier',
    read: (it) => number(it, 'PromotionTier'),
    modify: (source) => withoutNulls({ PromotionTier: number(source, 'PromotionTier') }),
  },
];

function insights(description: InstanceDescription) {
  const enabled = flag(description, 'PerformanceInsightsEnabled');
  const mode = text(description, 'DatabaseInsightsMode');
  if (!enabled) return { mode, enabled };
  return {
    mode,
    enabled,
    key: text(description, 'PerformanceInsightsKMSKeyId'),
    days: number(description, 'PerformanceInsightsRetentionPeriod'),
  };
}
