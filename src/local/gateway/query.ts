import { randomUUID } from 'node:crypto';
import { AwsError, notImplemented, toAwsError } from './errors.ts';
import type { AwsRequest, AwsResponse } from './service.ts';
import { element, type ItemNames, toXml } from './xml.ts';

/** The parameters of a request in AWS's query protocol (a form with `Action=`). */
export class QueryParameters {
  readonly #form: URLSearchParams;

  constructor(form: URLSearchParams) {
    this.#form = form;
  }

  /** Names of the members sent, without what follows the first dot. */
  names(): string[] {
    return [...new Set([...this.#form.keys()].map((key) => key.split('.')[0] ?? key))];
  }

  optional(name: string): string | undefined {
    return this.#form.get(name) ?? undefined;
  }

  /** @throws AwsError `MissingParameter` */
  required(name: string): string {
    const value = this.#form.get(name);
    if (value === null || value === '') {
      throw new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
    }
    return value;
  }

  integer(name: string): number | undefined {
    const text = this.#form.get(name);
    if (text === null) return undefined;
    if (!/^-?\d+$/.test(text)) throw new AwsError('InvalidParameterValue', `${name} must be an integer.`);
    return Number(text);
  }

  boolean(name: string): boolean | undefined {
    const text = this.#form.get(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text !== 'true' && text !== 'false') {
      throw new AwsError('InvalidParameterValue', `${name} must be true or false.`);
    }
    return text === 'true';
  }

  /** Values of `Name.member.1`, `Name.Item.1` … in order; `undefined` when the list was not sent. */
  list(name: string): string[] | undefined {
    if (this.#form.get(name) === '') return [];
    const items = this.structures(name).map((item) => item.get('') ?? '');
    return items.length === 0 ? undefined : items;
  }

  /** Members of `Name.Item.N.Member`, one map an item; the item itself is under the empty name. */
  structures(name: string): Map<string, string>[] {
    const items: Map<string, string>[] = [];
    for (const [key, value] of this.#form) {
      if (!key.startsWith(`${name}.`)) continue;
      const parts = key.slice(name.length + 1).split('.');
      // The name of the list's items may be left out: `Name.1` as well as `Name.member.1`.
      const at = /^\d+$/.test(parts[0] ?? '') ? 0 : 1;
      const position = Number(parts[at]) - 1;
      if (!Number.isInteger(position) || position < 0 || position > 1000) continue;
      const item = items[position] ?? new Map<string, string>();
      item.set(parts.slice(at + 1).join('.'), value);
      items[position] = item;
    }
    return items.filter((item) => item !== undefined);
  }

  /** Tags as a list of `{ Key, Value }`; `undefined` when none were sent. */
  tags(name = 'Tags'): { Key: string; Value: string }[] | undefined {
    const items = this.structures(name);
    if (items.length === 0) return undefined;
    return items.map((item) => ({ Key: item.get('Key') ?? '', Value: item.get('Value') ?? '' }));
  }
}

export type QueryOperation = (
  parameters: QueryParameters,
) => object | undefined | Promise<object | undefined>;

export interface QueryProtocol {
  readonly service: string;
  /** Namespace of the answers' XML. */
  readonly namespace: string;
  readonly itemNames?: ItemNames;
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

/** Answers a request of the query protocol through the operation that it names. */
export async function answerQuery(protocol: QueryProtocol, request: AwsRequest): Promise<AwsResponse> {
  const requestId = randomUUID();
  const form = new URLSearchParams(request.body.toString('utf8'));
  for (const [name, value] of request.query) if (!form.has(name)) form.set(name, value);
  const action = form.get('Action') ?? '';
  try {
    const operation = Object.hasOwn(protocol.operations, action) ? protocol.operations[action] : undefined;
    if (operation === undefined) throw notImplemented(protocol.service, action);
    const result = await operation(new QueryParameters(form));
    const body = result === undefined ? '' : element(`${action}Result`, toXml(result, protocol.itemNames));
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    return xml(
      200,
      `<${action}Response xmlns="${protocol.namespace}">${body}${metadata}</${action}Response>`,
    );
  } catch (thrown) {
    const error = toAwsError(thrown);
    const type = error.status < 500 ? 'Sender' : 'Receiver';
    const detail = toXml({
      Error: { Type: type, Code: error.code, Message: error.message },
      RequestId: requestId,
    });
    return xml(error.status, `<ErrorResponse xmlns="${protocol.namespace}">${detail}</ErrorResponse>`);
  }
}

function xml(status: number, body: string): AwsResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}
