import { request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Gateway, startGateway } from '../../src/local/gateway/gateway.ts';
import type { AwsRequest, AwsResponse, AwsService } from '../../src/local/gateway/service.ts';

/** What a deployment and a run of it speak to, by the names that signatures have. */
const services = [
  'cloudformation',
  'dynamodb',
  'ecr',
  'events',
  'iam',
  'lambda',
  'logs',
  'monitoring',
  'rds',
  's3',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'states',
  'sts',
];

/** One address for all of AWS. @param endpointOf where a service is, asked at each request */
export function startFront(endpointOf: (service: string) => string): Promise<Gateway> {
  return startGateway({ services: services.map((name) => forward(name, endpointOf)) });
}

function forward(name: string, endpointOf: (service: string) => string): AwsService {
  return { name, handle: (request) => pass(request, endpointOf(name)) };
}

async function pass(request: AwsRequest, endpoint: string): Promise<AwsResponse> {
  const { connection: _, 'transfer-encoding': __, ...headers } = request.headers;
  const query = request.query.size === 0 ? '' : `?${request.query}`;
  const outgoing = send(`${endpoint}${request.path}${query}`, {
    method: request.method,
    headers: { ...headers, 'content-length': request.body.length },
  });
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject);
    outgoing.once('response', (reply) => {
      buffer(reply).then(
        (body) => resolve({ status: reply.statusCode ?? 502, headers: kept(reply.headers), body }),
        reject,
      );
    });
    outgoing.end(request.body);
  });
}

/** Without what concerns the connection alone. */
function kept(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const own = new Set(['connection', 'transfer-encoding', 'keep-alive']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || own.has(name) ? [] : [[name, String(value)]],
    ),
  );
}
