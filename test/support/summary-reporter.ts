import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Where the closing line is kept for whoever runs more than the tests. */
const summaryFile = 'node_modules/.cache/lockkeeper/test-summary.txt';

/**
 * Says by reason which tests were skipped, then which failed and why, then closes with one plain line of counts: the
 * end of a long log is what people read.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const skipped = inState('skipped');
    const failed = inState('failed');
    const broken = modules.filter((module) => module.errors().length > 0);
    for (const line of linesOfSkipped(skipped)) print(line);
    for (const test of failed) print(`failed: ${placeOf(test.module)}: ${test.fullName}: ${whyFailed(test)}`);
    for (const module of broken) print(`failed: ${placeOf(module)}: ${firstLine(module.errors()[0])}`);
    for (const error of unhandled) print(`failed outside any test: ${firstLine(error)}`);
    const failures = failed.length + broken.length + unhandled.length;
    const line = `${inState('passed').length} passed, ${failures} failed, ${skipped.length} skipped`;
    mkdirSync(dirname(summaryFile), { recursive: true });
    writeFileSync(summaryFile, `${line}\n`);
    print(line);
  }
}

function linesOfSkipped(tests: readonly TestCase[]): string[] {
  const byReason = new Map<string, TestCase[]>();
  for (const test of tests) byReason.set(reasonOf(test), [...(byReason.get(reasonOf(test)) ?? []), test]);
  return [...byReason].map(([reason, of]) => {
    const files = [...new Set(of.map(({ module }) => placeOf(module)))];
    return `skipped: ${of.length} of ${files.join(', ')}: ${reason}`;
  });
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  const note = result.state === 'skipped' ? result.note : undefined;
  return note ?? 'no reason given';
}

const whyFailed = (test: TestCase): string => firstLine(test.result().errors?.[0]);

function firstLine(error: unknown): string {
  const message = error instanceof Object && 'message' in error ? error.message : error;
  return String(message).split('\n')[0] ?? '';
}

const placeOf = ({ moduleId }: TestModule): string => relative(process.cwd(), moduleId);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
