import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get, type Params, urlOf } from './api.ts';

export interface QueryState<T> {
  /** What was asked last, also while something else is asked, or after that has failed. */
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  /** `data` is the answer to another question than the one asked now. */
  readonly isStale: boolean;
  /** Asks again. Resolves when it is answered. */
  readonly reload: () => Promise<void>;
  /** Puts something in place of what was told: after a change, or between two answers. */
  readonly set: (change: (data: T) => T) => void;
}

interface Told<T> {
  readonly data: T | undefined;
  readonly url: string | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
}

/**
 * Asks the gateway, and again whenever the question changes; what was asked before is given up. `path` undefined: nothing
 * is asked. `every`: milliseconds after which it is asked again, while the page is looked at. `version`: asked again, too,
 * when it is another one.
 */
export function useQuery<T>(
  path: string | undefined,
  params: Params = {},
  { every, version }: { readonly every?: number; readonly version?: number } = {},
): QueryState<T> {
  const url = path === undefined ? undefined : urlOf(path, params);
  const [told, tell] = useState<Told<T>>({
    data: undefined,
    url: undefined,
    error: undefined,
    isLoading: true,
  });
  const asking = useRef<AbortController>(undefined);
  const ask = useCallback(async (): Promise<void> => {
    asking.current?.abort();
    if (url === undefined) return;
    const controller = new AbortController();
    asking.current = controller;
    tell((before) => ({ ...before, isLoading: true }));
    try {
      const data = await get<T>(url, { signal: controller.signal });
      if (!controller.signal.aborted) tell({ data, url, error: undefined, isLoading: false });
    } catch (error) {
      if (!controller.signal.aborted) tell((before) => ({ ...before, error, isLoading: false }));
    }
  }, [url, version]);
  useEffect(() => {
    void ask();
    return () => asking.current?.abort();
  }, [ask]);
  useEffect(() => {
    if (every === undefined) return undefined;
    const timer = window.setInterval(() => {
      if (!document.hidden) void ask();
    }, every);
    return () => window.clearInterval(timer);
  }, [ask, every]);
  const set = useCallback((change: (data: T) => T): void => {
    tell((before) => (before.data === undefined ? before : { ...before, data: change(before.data) }));
  }, []);
  return {
    data: url === undefined ? undefined : told.data,
    error: told.error,
    isLoading: url !== undefined && told.isLoading,
    isStale: told.data !== undefined && told.url !== url,
    reload: ask,
    set,
  };
}
