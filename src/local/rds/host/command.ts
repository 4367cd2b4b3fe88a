import { type SpawnOptions, spawn } from 'node:child_process';

/** What of a program's complaints is kept for the error. */
const COMPLAINT_CHARACTERS = 2_000;

export interface CommandOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  /** Called with each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

/**
 * Runs a program to its end.
 * @returns what it wrote to standard output
 * @throws Error with the end of what it wrote to standard error
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { onErrorLine, ...spawning } = options;
  const child = spawn(program, args, { ...spawning, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let complaint = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-COMPLAINT_CHARACTERS);
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onErrorLine?.(line);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with ${code ?? signal}: ${(complaint || output).trim()}`));
    });
  });
}
