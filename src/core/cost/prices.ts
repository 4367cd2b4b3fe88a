/**
 * List prices in US dollars, us-east-1, without free tiers and discounts, as known in November 2026. They are not read
 * from AWS: before a budget rests on them, compare them with aws.amazon.com/step-functions/pricing, /lambda/pricing
 * and /dynamodb/pricing/on-demand. Other Regions differ by up to a third.
 */
export const prices = {
  region: 'us-east-1',
  asOf: '2026-11',
  /** Standard workflows. */
  stateTransition: 0.025 / 1000,
  /** arm64, first tier. */
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2 / 1_000_000,
  dynamoWriteUnit: 0.625 / 1_000_000,
  dynamoReadUnit: 0.125 / 1_000_000,
} as const;
