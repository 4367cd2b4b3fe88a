import { defineRule } from '../../../../core/analysis/rule.ts';
import type { Finding } from '../../../../core/analysis/statement.ts';

export const rule = defineRule({
  id: 'attach-partition-scan',
  severity: 'warning',
  title: 'Attaching a partition reads all of it while nobody can use it',
  versions: 'all',
  bySize: true,
});

export const attachPartitionScan = (partition: string): Finding =>
  rule.finding(
    `attaching ${partition} reads all of it under an ACCESS EXCLUSIVE lock to check its bounds, and a default partition likewise`,
    'First give the partition a validated CHECK constraint with the same bounds; drop it afterwards.',
    { table: partition },
  );
