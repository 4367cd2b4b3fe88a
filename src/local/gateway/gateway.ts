import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { AwsRequest, AwsResponse, AwsService } from './service.ts';

export interface GatewayOptions {
  /** Loopback port; a free one when omitted or 0. */
  readonly port?: number | undefined;
  readonly services: readonly AwsService[];
  readonly faults?: Faults | undefined;
}

/** Answers in a service's place, or null where the request is the service's. For tests of what AWS can do to callers. */
export type Faults = (request: AwsRequest) => Promise<AwsResponse | null>;

export interface Gateway {
  /** e.g. `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly port: number;
  /** Ends open connections and stops listening. */
  close(): Promise<void>;
}

/** Larger than any request of the project; S3 objects of reports and plans are the largest. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Listens on 127.0.0.1 and hands each request to the service named in the credential scope of its SigV4
 * signature. The signature itself is not verified: the endpoint is reachable from this machine alone.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const services = new Map(options.services.map((service) => [service.name, service]));
  const server = createServer((message, reply) => {
    answer(services, message, options.faults)
      .catch((error: unknown) => plain(500, 'InternalFailure', String(error)))
      .then((response) => send(reply, response, message.method === 'HEAD'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  services: ReadonlyMap<string, AwsService>,
  message: IncomingMessage,
  faults: Faults | undefined,
): Promise<AwsResponse> {
  const url = new URL(message.url ?? '/', 'http://127.0.0.1');
  const name = serviceOf(message.headers.authorization, url);
  if (name === undefined) {
    message.resume();
    return plain(
      403,
      'MissingAuthenticationToken',
      'The request carries no AWS Signature Version 4, whose credential scope names the service it is meant for. Any access key will do here.',
    );
  }
  const body = await read(message);
  if (body === undefined) return plain(413, 'RequestTooLarge', `The body exceeds ${MAX_BODY_BYTES} bytes.`);
  const service = services.get(name);
  if (!service)
    return plain(501, 'NotImplemented', `The local cloud does not implement the service ${name}.`);
  const headers = flatten(message);
  const request: AwsRequest = {
    service: name,
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    // Clients compress large metric batches. Other encodings, such as S3's own, are the service's business.
    body: headers['content-encoding'] === 'gzip' && name === 'monitoring' ? gunzipSync(body) : body,
  };
  return (await faults?.(request)) ?? service.handle(request);
}

/** The fourth part of `Credential=<key>/<date>/<region>/<service>/aws4_request`, from header or query. */
function serviceOf(authorization: string | undefined, url: URL): string | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(authorization ?? '')?.[1] ?? url.searchParams.get('X-Amz-Credential') ?? '';
  return /^[^/]+\/\d{8}\/[^/]+\/([a-z0-9-]+)\/aws4_request$/.exec(credential)?.[1];
}

async function read(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += (chunk as Buffer).length;
    // The rest is read and dropped: a reset connection would hide the answer from the client.
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk as Buffer);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

function flatten(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
}

/** An answer from before any service, in a form that the JSON, query and REST clients all show. */
function plain(status: number, code: string, message: string): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, code, message }),
  };
}

function send(reply: ServerResponse, response: AwsResponse, bodiless: boolean): void {
  const body = Buffer.from(response.body ?? '');
  // A service that answers HEAD says the length that GET would have.
  reply.writeHead(response.status, { 'content-length': body.length, ...response.headers });
  reply.end(bodiless ? undefined : body);
}
