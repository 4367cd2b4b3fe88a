interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
}

/** A real AWS SDK client that talks to the local cloud and does not repeat refused requests. */
export function localClient<C>(Client: new (config: ClientConfig) => C, endpoint: string): C {
  return new Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}
