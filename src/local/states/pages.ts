import { isObject } from '../asl/json.ts';
import { StatesError } from './errors.ts';
import { optional } from './request.ts';

/** Of the API reference: default and largest page. */
const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;

/**
 * The page that a request's `maxResults` and `nextToken` ask for. A token is the place where the page begins.
 * @throws StatesError InvalidToken, ValidationException
 */
export function paginate<T>(
  all: readonly T[],
  request: unknown,
): { items: readonly T[]; nextToken?: string } {
  const token = optional(request, 'nextToken') ?? '0';
  if (!/^\d{1,9}$/.test(token) || Number(token) > all.length) {
    throw new StatesError('InvalidToken', `Invalid Token: '${token}'`);
  }
  const wanted = isObject(request) ? (request.maxResults ?? 0) : 0;
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0 || wanted > MAX_PAGE) {
    throw new StatesError('ValidationException', `maxResults must be an integer between 0 and ${MAX_PAGE}`);
  }
  const begin = Number(token);
  const end = begin + (wanted || DEFAULT_PAGE);
  return { items: all.slice(begin, end), ...(end < all.length && { nextToken: String(end) }) };
}
