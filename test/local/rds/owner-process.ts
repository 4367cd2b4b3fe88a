import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Inside node_modules, so that the bundle finds the packages it leaves out. */
export const cache = join(import.meta.dirname, '../../../node_modules/.cache');

/** What the owner of a server says of it on its first line. */
export interface Owned {
  readonly port: number;
  readonly folder: string;
  readonly uid: number;
  readonly serverPid?: number;
}

/** A script that starts a server, says `Owned` in JSON and lives until its input ends. */
export async function buildOwner(contents: string) {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'lockkeeper-test-'));
  await chmod(folder, 0o755);
  const script = join(folder, 'owner.mjs');
  await build({
    stdin: { resolveDir: import.meta.dirname, contents },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: script,
  });
  return {
    async start(options: { uid?: number; gid?: number } = {}) {
      const child = spawn(process.execPath, [script], {
        stdio: ['pipe', 'pipe', 'inherit'],
        cwd: '/',
        env: { PATH: process.env.PATH, HOME: '/nonexistent', LOCKKEEPER_KEPT: process.env.LOCKKEEPER_KEPT },
        ...options,
      });
      const line = await firstLine(child);
      return { child, ...(JSON.parse(line) as Owned) };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
    child.once('exit', (code) => reject(new Error(`the owner ended with ${code} before it was ready`)));
  });
}
