import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NameEndpoint } from '../../../src/local/rds/endpoint.ts';
import { eventually } from '../../support/eventually.ts';

let endpoint: NameEndpoint;
const LAST_WORD_BYTES = 3_000_000;

const servers: Server[] = [];
const clients: Socket[] = [];

beforeEach(async () => {
  endpoint = await NameEndpoint.open();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await endpoint.close();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server that greets with its name and answers `bye` with a last word. */
async function listen(name: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(`${name}:`);
    socket.on('data', (data) => {
      if (data.toString() === 'bye') socket.end('x'.repeat(LAST_WORD_BYTES));
      else socket.write(data);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function dial() {
  const socket = connect(endpoint.port, endpoint.host);
  clients.push(socket);
  const seen = { text: '', closed: false, error: '' };
  socket.on('data', (data) => {
    seen.text += data;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    seen.error = error.code ?? '';
  });
  socket.on('close', () => {
    seen.closed = true;
  });
  return { socket, seen };
}

test('a name leads to whoever bears it now, always through the same port', async () => {
  const early = dial();
  await eventually(() => expect(early.seen).toMatchObject({ closed: true, error: 'ECONNRESET' }));

  endpoint.lead(await listen('old'));
  const first = dial();
  first.socket.write('hello');
  await eventually(() => expect(first.seen.text).toBe('old:hello'));
  expect(endpoint.connections).toBe(1);

  // The old server lives on: only the name is taken from it.
  endpoint.cut();
  await eventually(() => expect(first.seen.closed).toBe(true));
  expect(endpoint.connections).toBe(0);
  const meanwhile = dial();
  await eventually(() => expect(meanwhile.seen.closed).toBe(true));
  expect(meanwhile.seen.text).toBe('');

  endpoint.lead(await listen('new'));
  const second = dial();
  await eventually(() => expect(second.seen.text).toBe('new:'));
});

test('what a server says last reaches the client in full', async () => {
  endpoint.lead(await listen('server'));
  const { socket, seen } = dial();
  await eventually(() => expect(seen.text).toBe('server:'));
  socket.write('bye');
  await eventually(() => expect(seen.closed).toBe(true));
  expect(seen.text.length).toBe('server:'.length + LAST_WORD_BYTES);
});

test('a server that cannot be reached is a reset, not a hang', async () => {
  const port = await listen('gone');
  await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
  endpoint.lead(port);
  const { seen } = dial();
  await eventually(() => expect(seen).toMatchObject({ closed: true, error: 'ECONNRESET' }));
});
