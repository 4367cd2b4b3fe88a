/** One request of AWS's wire protocols, after the gateway has found out which service it is meant for. */
export interface AwsRequest {
  /** Service name from the SigV4 credential scope, e.g. `rds`, `states`, `secretsmanager`. */
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A local stand-in for one AWS service, speaking that service's own protocol. */
export interface AwsService {
  /** The SigV4 scope name this service answers to. */
  readonly name: string;
  handle(request: AwsRequest): Promise<AwsResponse>;
}
