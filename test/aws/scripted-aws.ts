import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `lost`: the connection is reset after the request was read. `silence`: nothing ever comes. */
export type Reply = { readonly status: number; readonly body: string } | 'lost' | 'silence';

export interface ScriptedAws {
  readonly environment: Readonly<Record<string, string>>;
  /** How many requests have come in. */
  requests(): number;
  /** Answers from now on, in this order; the last one again and again. */
  reply(...replies: readonly Reply[]): void;
  /** Answers from now on by what is asked: the `X-Amz-Target` of the JSON protocols, else an empty text. */
  replyBy(choose: (target: string) => Reply): void;
  stop(): Promise<void>;
}

/** An endpoint that answers what it is told to, whatever it is asked. */
export async function startScriptedAws(): Promise<ScriptedAws> {
  let script: Reply[] = [];
  let chosen: ((target: string) => Reply) | null = null;
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    for await (const _chunk of request);
    const target = String(request.headers['x-amz-target'] ?? '');
    const reply = chosen?.(target) ?? (script.length > 1 ? script.shift() : script[0]);
    if (reply === undefined || reply === 'lost') request.socket.resetAndDestroy();
    else if (reply !== 'silence') response.writeHead(reply.status).end(reply.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    requests: () => requests,
    reply(...replies) {
      script = [...replies];
      chosen = null;
      requests = 0;
    },
    replyBy(choose) {
      chosen = choose;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An error in the words of the JSON protocols. */
export const jsonError = (name: string, status = 400, message = 'no'): Reply => ({
  status,
  body: JSON.stringify({ __type: name, message }),
});

/** An error in the words of the Query protocol of RDS and SNS. */
export const queryError = (code: string, status = 400, message = 'no'): Reply => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
});
