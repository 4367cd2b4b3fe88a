import { AwsError } from '../gateway/errors.ts';
import { type JsonObject, objects, optionalText, requiredText } from '../gateway/json.ts';
import { replaceNames } from './placeholders.ts';

/** What a hint says of a text. */
const hints: Readonly<Record<string, string>> = {
  DATE: 'date',
  DECIMAL: 'numeric',
  JSON: 'jsonb',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  UUID: 'uuid',
};

export interface Bound {
  /** With `$1` for values, each of the type that the Data API gives it: the server guesses none. */
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** @throws AwsError `BadRequestException` for a parameter that is missing, or of a kind there is none */
export function bind(sql: string, parameters: readonly JsonObject[]): Bound {
  const given = new Map(parameters.map((each) => [requiredText(each, 'name'), each]));
  const values: (string | null)[] = [];
  const text = replaceNames(sql, (name) => {
    const parameter = given.get(name);
    if (parameter === undefined) throw bad(`Cannot find parameter: ${name}`);
    const { value, type } = typed(parameter);
    values.push(value);
    return type === null ? `$${values.length}` : `$${values.length}::${type}`;
  });
  return { text, values };
}

function typed(parameter: JsonObject): { readonly value: string | null; readonly type: string | null } {
  const [field = {}] = objects({ value: [parameter.value] }, 'value');
  const [kind, value] = Object.entries(field)[0] ?? [];
  switch (kind) {
    case 'isNull':
      return { value: null, type: null };
    case 'booleanValue':
      return { value: String(value), type: 'boolean' };
    case 'longValue':
      return { value: String(value), type: 'bigint' };
    case 'doubleValue':
      return { value: String(value), type: 'float8' };
    case 'stringValue':
      return { value: String(value), type: hinted(parameter) };
    case 'blobValue':
      return { value: `\\x${Buffer.from(String(value), 'base64').toString('hex')}`, type: 'bytea' };
    case 'arrayValue':
      throw bad('Array parameters are not supported.');
    default:
      throw bad(`Parameter ${parameter.name} has no value.`);
  }
}

function hinted(parameter: JsonObject): string {
  const hint = optionalText(parameter, 'typeHint');
  const type = hint === undefined ? 'text' : hints[hint];
  if (type === undefined) throw bad(`Unknown type hint: ${hint}`);
  return type;
}

const bad = (message: string): AwsError => new AwsError('BadRequestException', message);
