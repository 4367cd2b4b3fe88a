import type { QueryParameters } from '../gateway/query.ts';

/** One page of a list; the marker is the position to go on from. */
export function page(member: string, items: readonly object[], parameters: QueryParameters): object {
  const from = Number(parameters.optional('Marker') ?? 0);
  const to = from + (parameters.integer('MaxRecords') ?? 100);
  return { [member]: items.slice(from, to), Marker: to < items.length ? String(to) : undefined };
}
