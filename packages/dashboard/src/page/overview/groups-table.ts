import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { useLocale } from '../locale.ts';
import { href, type Query } from '../router.ts';
import type { Group, OverviewAnswer } from '../shapes.ts';
import { type Column, DataTable } from '../ui/data-table.ts';
import { Empty } from '../ui/empty.ts';
import { html } from '../ui/html.ts';
import { shareOf } from './measures.ts';

/** Who or what the figures are made of, what costs most first; a click looks at one alone. */
export function GroupsTable({
  answer,
  query,
  caption,
  groupTitle,
}: {
  readonly answer: OverviewAnswer | undefined;
  readonly query: Query;
  readonly caption: string;
  readonly groupTitle: string;
}): VNode {
  const locale = useLocale();
  const { words, format } = locale;
  const text = words.overview;
  const most = Math.max(0, ...(answer?.groups ?? []).map(({ cost }) => cost));
  const columns = useMemo(
    (): readonly Column<Group>[] => [
      {
        key: 'name',
        title: groupTitle,
        isElastic: true,
        render: ({ name }) =>
          html`<span class="truncate" title=${name}>${name === '' ? html`<span class="faint">${words.ui.none}</span>` : name}</span>`,
      },
      {
        key: 'calls',
        title: text.calls,
        align: 'end',
        render: ({ calls }) => format.number(Math.round(calls)),
      },
      {
        key: 'failed',
        title: text.failed,
        align: 'end',
        render: ({ failed, calls }) =>
          failed === 0
            ? html`<span class="faint">0</span>`
            : `${format.number(Math.round(failed))} (${format.percent(shareOf(failed, calls))})`,
      },
      {
        key: 'input',
        title: text.inputTokens,
        align: 'end',
        from: 'medium',
        render: ({ inputTokens }) => format.compact(inputTokens),
      },
      {
        key: 'output',
        title: text.outputTokens,
        align: 'end',
        from: 'medium',
        render: ({ outputTokens }) => format.compact(outputTokens),
      },
      {
        key: 'p50',
        title: text.firstByteP50,
        align: 'end',
        from: 'wide',
        render: ({ firstByteP50 }) => format.duration(firstByteP50),
      },
      {
        key: 'p95',
        title: text.firstByteP95,
        align: 'end',
        from: 'wide',
        render: ({ firstByteP95 }) => format.duration(firstByteP95),
      },
      {
        key: 'hits',
        title: text.cacheHits,
        align: 'end',
        from: 'wide',
        render: ({ cacheHits, calls }) =>
          cacheHits === 0 ? html`<span class="faint">0</span>` : format.percent(shareOf(cacheHits, calls)),
      },
      {
        key: 'cost',
        title: text.cost,
        align: 'end',
        render: ({ cost }) =>
          html`<span class="cost-cell"><span class="cost-bar" aria-hidden="true"><i style=${{ width: `${most === 0 ? 0 : (cost / most) * 100}%` }}></i></span>${format.cost(cost)}</span>`,
      },
    ],
    [locale, groupTitle, most],
  );
  const by = answer?.by ?? 'model';
  return html`<${DataTable}
    caption=${caption}
    columns=${columns}
    rows=${answer?.groups}
    keyOf=${({ name }: Group) => name}
    hrefOf=${({ name }: Group) => (name === '' ? undefined : href('overview', { ...query, [by]: name }))}
    isMarked=${({ name }: Group) => name !== '' && query[by] === name}
    empty=${html`<${Empty} title=${text.nothingToDraw} />`}
  />`;
}
