import { aws_cloudwatch as cloudwatch, Duration, type aws_events as events } from 'aws-cdk-lib';
import type { MetricName } from '../../src/core/metrics/metrics.ts';

/** Under which the functions publish. */
export const namespace = 'Lockkeeper';

export const period = Duration.minutes(5);

/** A figure of all targets of a deployment together, or of one of them. */
export function ourMetric(
  prefix: string,
  metricName: MetricName,
  statistic: string,
  target?: string,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace,
    metricName,
    statistic,
    period,
    dimensionsMap: { Deployment: prefix, ...(target === undefined ? {} : { Target: target }) },
    ...(target === undefined ? {} : { label: target }),
  });
}

/** Several figures of AWS added up; one that is missing counts as nothing. */
export function sumOf(metrics: readonly cloudwatch.IMetric[], label: string): cloudwatch.MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new cloudwatch.MathExpression({ expression, usingMetrics, label, period });
}

/** 1 where there was nothing. */
export const isZero = (metric: cloudwatch.IMetric): cloudwatch.MathExpression =>
  new cloudwatch.MathExpression({
    expression: 'IF(FILL(m0, 0) < 1, 1, 0)',
    usingMetrics: { m0: metric },
    label: 'nothing',
    period,
  });

/** Events that a rule could not hand on. */
export const failuresOf = ({ ruleName }: events.Rule): cloudwatch.Metric =>
  new cloudwatch.Metric({
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { RuleName: ruleName },
    statistic: 'Sum',
    period,
  });
