import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildOnce, keptFolder } from '../../src/local/rds/host/cache.ts';
import { runCommand } from '../../src/local/rds/host/command.ts';
import { eventually } from '../support/eventually.ts';

/** Where none is installed. */
const version = '5.2.1';

/** A Python that has moto: the one on the PATH, else one of our own, with moto from the package index. */
export async function findMoto(): Promise<{ readonly python: string } | { readonly lacking: string }> {
  try {
    await runCommand('python3', ['-c', 'import moto.server, flask']);
    return { python: 'python3' };
  } catch {
    return fetchMoto();
  }
}

async function fetchMoto(): Promise<{ readonly python: string } | { readonly lacking: string }> {
  const folder = join(keptFolder(undefined), `moto-${version}`);
  try {
    await buildOnce(folder, async (aside) => {
      await runCommand('python3', ['-m', 'venv', aside]);
      const pip = ['-m', 'pip', 'install', '--quiet', `moto[server]==${version}`];
      await runCommand(join(aside, 'bin', 'python3'), pip);
    });
    return { python: join(folder, 'bin', 'python3') };
  } catch (error) {
    const [reason] = String(error).split('\n');
    return { lacking: `moto is not installed, and Python's pip cannot fetch it: ${reason}` };
  }
}

export interface Moto {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** moto's server with what it lacks for our stack, on a free loopback port. */
export async function startMoto(python: string): Promise<Moto> {
  const port = await freePort();
  const server = spawn(python, ['-B', join(import.meta.dirname, 'moto-server.py'), String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(server, 'exit');
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    server.kill('SIGKILL');
    await exited;
  };
  try {
    await eventually(async () => {
      if (server.exitCode !== null) throw new Error(`moto has ended: ${said}`);
      await fetch(`${endpoint}/moto-api/`);
    }, 60_000);
    return { endpoint, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}
