import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Real servers start in hooks; a stuck one must fail, not hang the suite.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // Two cores: more files at once only make real servers slower.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // These packages import folders, which Node does not; a bundler resolves them.
    server: { deps: { inline: ['dt-sql-parser', 'antlr4-c3'] } },
  },
});
