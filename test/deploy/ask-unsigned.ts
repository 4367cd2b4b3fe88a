export interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Asks a service whose client is not among our dependencies: the name is in the signature's scope, and nobody here
 * looks at the signature. @throws Error with what was answered instead of a success
 */
export async function askUnsigned(
  endpoint: string,
  service: string,
  { path = '/', method = 'GET', headers = {}, body }: Question,
): Promise<unknown> {
  const scope = `local/20260101/us-east-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
  const answer = await fetch(`${endpoint}${path}`, {
    method,
    headers: { ...headers, authorization },
    ...(body === undefined ? {} : { body }),
  });
  if (!answer.ok) throw new Error(`${service} answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
}
