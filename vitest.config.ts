import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';

/** Hundreds of runs each: what they prove is not asked for at every change, but before it lands. */
const campaigns = ['test/**/*.campaign.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'suite', include: ['test/**/*.test.ts'], exclude: campaigns } },
      { extends: true, test: { name: 'campaigns', include: campaigns } },
    ],
    globalSetup: ['test/support/memory-folder.ts', 'test/support/build.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    // Real servers start in hooks; a stuck one must fail, not hang the suite.
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // Two cores: more files at once only make real servers slower.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // The files of a worker share what they import: half of a small file's time is loading it.
    isolate: false,
    // These packages import folders, which Node does not; a bundler resolves them.
    server: { deps: { inline: ['dt-sql-parser', 'antlr4-c3'] } },
  },
});
