import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Where the closing line is kept for whoever runs more than the tests. */
const summaryFile = 'node_modules/.cache/lockkeeper/test-summary.txt';

/** Names every skipped test with its reason, then closes with one plain line of counts. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandled.length;
    const skipped = inState('skipped');
    for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}: ${reasonOf(test)}\n`);
    const failed = inState('failed').length + broken;
    const line = `${inState('passed').length} passed, ${failed} failed, ${skipped.length} skipped\n`;
    mkdirSync(dirname(summaryFile), { recursive: true });
    writeFileSync(summaryFile, line);
    process.stdout.write(line);
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return note ?? 'no reason given';
}
