import type { Params } from './api.ts';
import type { PageName, Query } from './router.ts';

/** By what calls are told apart: as the gateway's routes for operators take it, and as it stands in the address. */
export const filterNames = [
  'model',
  'upstream',
  'tenant',
  'path',
  'principal',
  'key',
  'operation',
  'status',
  'error',
  'tag',
] as const;
export type FilterName = (typeof filterNames)[number];

export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** By what a page tells calls apart. Sums do not say of which tags they are: there is no overview of a tag. */
const namesOf: Readonly<Partial<Record<PageName, readonly FilterName[]>>> = {
  overview: filterNames.filter((name) => name !== 'tag'),
};

/** What of the query of a place on this page tells calls apart. */
export function filtersOf(query: Query, page: PageName): Filters {
  const filters: Partial<Record<FilterName, string>> = {};
  for (const name of namesOf[page] ?? filterNames) {
    const value = query[name];
    if (value !== undefined && value !== '') filters[name] = value;
  }
  return filters;
}

/** What takes all filters away. */
export const noFilters: Query = Object.fromEntries(filterNames.map((name) => [name, undefined]));

export const spans = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  year: 31_536_000_000,
} as const;
export type SpanName = keyof typeof spans;

export const spanNames: readonly SpanName[] = ['hour', 'day', 'week', 'month', 'year'];

/** A time: the last hour, day …, until now; or from one moment to another, in milliseconds. */
export type Span =
  | { readonly name: SpanName }
  | { readonly name: 'custom'; readonly from: number | undefined; readonly to: number | undefined };

/** As it stands in a place's query: `span=week`, or `from=1763…&to=1763…`. Undefined where nothing is said. */
export function spanOf({ span, from, to }: Query): Span | undefined {
  const [start, end] = [timeOf(from), timeOf(to)];
  if (start !== undefined || end !== undefined) return { name: 'custom', from: start, to: end };
  const name = spanNames.find((one) => one === span);
  return name === undefined ? undefined : { name };
}

/** Milliseconds since the epoch, or as ISO 8601 writes it. */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const time = /^\d{5,16}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isSafeInteger(time) ? time : undefined;
}

/** For a place's query: says this span, and takes away what was said before. */
export function spanQuery(span: Span | undefined): Query {
  if (span?.name !== 'custom') return { span: span?.name, from: undefined, to: undefined };
  return { span: undefined, from: span.from?.toString(), to: span.to?.toString() };
}

/**
 * The moments that a span means, at the time `now`. Of a week and more the first day is a whole one, as calls are summed up
 * by: by UTC, with today the last of seven, thirty or 365.
 */
export function momentsOf(
  span: Span | undefined,
  now: number,
): { readonly from: number | undefined; readonly to: number | undefined } {
  if (span === undefined) return { from: undefined, to: undefined };
  if (span.name === 'custom') return span;
  const from = now - spans[span.name];
  return {
    from: spans[span.name] <= spans.day ? from : Math.ceil(from / spans.day) * spans.day,
    to: undefined,
  };
}

/** What is asked of the gateway for these filters and moments. */
export function paramsOf(
  filters: Filters,
  { from, to }: { readonly from: number | undefined; readonly to: number | undefined },
): Params {
  return { ...filters, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
