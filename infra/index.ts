/** What `import { MigrationOrchestrator } from 'lockkeeper/cdk'` offers. */
export { MigrationOrchestrator } from './orchestrator.ts';
export type {
  AlarmThresholds,
  DatabaseAttributes,
  MigrationOrchestratorProps,
  MigrationTarget,
  NetworkIds,
  ObjectLock,
} from './orchestrator-props.ts';
