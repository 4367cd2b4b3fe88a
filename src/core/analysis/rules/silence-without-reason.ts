import { defineRule } from '../rule.ts';
import type { Finding } from '../statement.ts';

export const rule = defineRule({
  id: 'silence-without-reason',
  severity: 'warning',
  title: 'A silence without a reason does not hold',
  versions: 'all',
});

export const silenceWithoutReason = (rules: readonly string[]): Finding =>
  rule.finding(
    `this silence gives no reason, so that it does not hold`,
    `-- lockkeeper:ignore ${rules.join(', ') || 'rule-name'}: why it does not matter here`,
  );
