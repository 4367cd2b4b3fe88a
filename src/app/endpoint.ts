import { type InstanceDescription, number, part, text } from '../core/restore/description.ts';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Host and port of an instance description, or null while it has none. */
export const instanceEndpoint = (description: InstanceDescription | null): Endpoint | null =>
  description === null
    ? null
    : endpoint(text(part(description, 'Endpoint'), 'Address'), number(part(description, 'Endpoint'), 'Port'));

/** Host and port of a cluster's writer, or null while it has none. */
export const clusterEndpoint = (cluster: InstanceDescription): Endpoint | null =>
  endpoint(text(cluster, 'Endpoint'), number(cluster, 'Port'));

const endpoint = (host: string | null, port: number | null): Endpoint | null =>
  host === null || port === null ? null : { host, port };
