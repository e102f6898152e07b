import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Params } from '../api.ts';
import { filtersOf, momentsOf, paramsOf, spanOf } from '../filters.ts';
import type { Query } from '../router.ts';
import type { CallsAnswer } from '../shapes.ts';
import { type LiveState, useLive } from '../use-live.ts';
import { type QueryState, useQuery } from '../use-query.ts';

const pageSize = 50;

export interface CallsState {
  /** What is asked for, without the page: for the export. */
  readonly params: Params;
  readonly asked: QueryState<CallsAnswer>;
  readonly live: LiveState;
  /** Calls that have ended since the list was made, as far as it is known; with filters some of them may be others. */
  readonly waiting: number;
  readonly showNew: () => void;
}

/** Milliseconds between two questions while calls keep coming. */
const patience = 1500;

/**
 * The calls that the place says, a page at a time. On the newest page new ones are shown as they come, unless somebody is
 * reading: then they wait until they are asked for, and nothing moves. `isReading`: whether somebody is.
 */
export function useCalls(query: Query, isReading: () => boolean): CallsState {
  const span = spanOf(query);
  const filters = filtersOf(query, 'calls');
  const { cursor } = query;
  const question = JSON.stringify({ ...filters, span });
  // The moment from which a span is counted back stays for all pages of it.
  const params = useMemo(() => paramsOf(filters, momentsOf(span, Date.now())), [question]);
  const asked = useQuery<CallsAnswer>('admin/calls', { ...params, limit: pageSize, cursor });
  const isNewest = cursor === undefined && !(span?.name === 'custom' && span.to !== undefined);
  const [waiting, setWaiting] = useState(0);
  const timer = useRef<number>(undefined);
  useEffect(() => {
    setWaiting(0);
    return () => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [question, cursor]);
  const showNew = (): void => {
    setWaiting(0);
    void asked.reload();
  };
  const latest = useRef({ isReading, showNew });
  latest.current = { isReading, showNew };
  const live = useLive((ticks) => {
    const count = ticks.reduce((sum, tick) => sum + tick.calls, 0);
    if (count === 0) return;
    setWaiting((before) => before + count);
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      if (!latest.current.isReading()) latest.current.showNew();
    }, patience);
  }, isNewest);
  return { params, asked, live, waiting: isNewest ? waiting : 0, showNew };
}
