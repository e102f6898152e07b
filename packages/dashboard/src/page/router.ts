import { useEffect, useState } from 'preact/hooks';

export const pageNames = ['overview', 'calls', 'upstreams', 'keys', 'jobs', 'playground'] as const;
export type PageName = (typeof pageNames)[number];

/** What stands behind the question mark of a place; what is undefined or empty is left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * A place on the page, as it stands behind the `#` of the address: `#/calls?model=gpt-5.2`. It is behind the `#` so that
 * the page works below any mount, and nothing of it goes to the server.
 */
export interface Place {
  readonly page: PageName;
  readonly query: Readonly<Record<string, string>>;
}

export function parsePlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  const page = pageNames.find((name) => name === path) ?? 'overview';
  return { page, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** The address of a place, for links: `<a href=${href('calls', { model })}>`. */
export function href(page: PageName, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, value);
  const text = search.toString();
  return `#/${page}${text === '' ? '' : `?${text}`}`;
}

/** Goes there. `replace`: the place before is not gone back to. */
export function navigate(
  page: PageName,
  query: Query = {},
  { replace = false }: { readonly replace?: boolean } = {},
): void {
  const to = href(page, query);
  if (to === location.hash) return;
  if (replace) {
    history.replaceState(null, '', to);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = to;
}

/** Where the reader is; changes with the address. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => parsePlace(location.hash));
  useEffect(() => {
    const follow = (): void => setPlace(parsePlace(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}

/** The query of the page shown, and a way to change some of it: `change({ model: undefined })` takes a filter away. */
export function useQueryState(
  page: PageName,
): [query: Place['query'], change: (changes: Query, options?: { readonly replace?: boolean }) => void] {
  const { query } = usePlace();
  return [query, (changes, options) => navigate(page, { ...query, ...changes }, options)];
}
