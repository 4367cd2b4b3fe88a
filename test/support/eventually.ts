/**
 * Repeats an assertion until it holds; after `deadlineMs` its last failure is thrown. For conditions that
 * another process or task brings about.
 */
export async function eventually(assertion: () => void | Promise<void>, deadlineMs = 20_000): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      await assertion();
      return;
    } catch (failure) {
      if (performance.now() > deadline) throw failure;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
