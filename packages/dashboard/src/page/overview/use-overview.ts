import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Filters, filtersOf, momentsOf, paramsOf, type Span, spanOf } from '../filters.ts';
import type { Query } from '../router.ts';
import type { OverviewAnswer } from '../shapes.ts';
import { type LiveState, useLive } from '../use-live.ts';
import { type QueryState, useQuery } from '../use-query.ts';
import { mergeTicks } from './merge-ticks.ts';

export const dimensions = ['model', 'tenant', 'key', 'upstream', 'path', 'principal', 'operation'] as const;
export type Dimension = (typeof dimensions)[number];

export interface OverviewState {
  readonly span: Span;
  readonly by: Dimension;
  readonly filters: Filters;
  readonly asked: QueryState<OverviewAnswer>;
  readonly live: LiveState;
  /** Calls under way, as told last; undefined where nothing was told yet. */
  readonly active: number | undefined;
}

/** Milliseconds after which everything is asked for again where something has happened; with filters, where ticks do not tell enough. */
const patience = { all: 30_000, filtered: 5000 } as const;

/** The figures of what the place says, kept up to date while its span reaches until now. */
export function useOverview(query: Query): OverviewState {
  const span = spanOf(query) ?? ({ name: 'day' } as const);
  const by = dimensions.find((one) => one === query['by']) ?? 'model';
  const filters = filtersOf(query, 'overview');
  const isOpen = span.name !== 'custom' || span.to === undefined;
  const isFiltered = Object.keys(filters).length > 0;
  // The moment from which a span is counted back stays until it is asked again.
  const [round, setRound] = useState(0);
  const question = JSON.stringify({ ...filters, span, by });
  const params = useMemo(
    () => ({ ...paramsOf(filters, momentsOf(span, Date.now())), by }),
    [question, round],
  );
  const asked = useQuery<OverviewAnswer>('admin/overview', params);
  const [active, setActive] = useState<number | undefined>(undefined);
  const unasked = useRef(false);
  const live = useLive((ticks) => {
    setActive(ticks.at(-1)?.active);
    if (!ticks.some(({ calls }) => calls > 0)) return;
    unasked.current = true;
    if (!isFiltered && !asked.isStale) asked.set((answer) => mergeTicks(answer, ticks));
  }, isOpen);
  useEffect(() => {
    if (!isOpen) return undefined;
    const timer = window.setInterval(
      () => {
        if (document.hidden || !unasked.current) return;
        unasked.current = false;
        setRound((before) => before + 1);
      },
      isFiltered ? patience.filtered : patience.all,
    );
    return () => window.clearInterval(timer);
  }, [isOpen, isFiltered]);
  // Another moment is another address, but the same question.
  const answered = useRef('');
  if (!asked.isStale && !asked.isLoading) answered.current = question;
  return {
    span,
    by,
    filters,
    active,
    live,
    asked: { ...asked, isStale: asked.isStale && answered.current !== question },
  };
}
