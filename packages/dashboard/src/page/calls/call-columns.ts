import type { Locale } from '../locale.ts';
import type { CallEntry } from '../shapes.ts';
import type { Column } from '../ui/data-table.ts';
import { html } from '../ui/html.ts';
import { CallFlags, StatusBadge } from './call-signs.ts';

/** What the list says of each call. `now`: milliseconds since the epoch. */
export function callColumns({ words, format }: Locale, now: number): readonly Column<CallEntry>[] {
  const text = words.calls;
  const { names } = words.filter;
  return [
    {
      key: 'time',
      title: text.facts.time,
      render: ({ time }) =>
        html`<time dateTime=${new Date(time).toISOString()} title=${format.dateTime(time)}>${format.moment(time, now)}</time>`,
    },
    {
      key: 'status',
      title: names.status,
      render: (entry) =>
        html`<span class="status-cell"><${StatusBadge} entry=${entry} />${entry.error !== undefined && html`<code class="faint">${entry.error}</code>`}</span>`,
    },
    {
      key: 'model',
      title: names.model,
      isElastic: true,
      render: (entry) =>
        html`<span class="two-lines"><span class="truncate" title=${entry.model}>${entry.model ?? html`<span class="faint">${words.ui.none}</span>`}</span><small>${tellServed(entry)}</small></span>`,
    },
    {
      key: 'who',
      title: text.who,
      isElastic: true,
      from: 'medium',
      render: (entry) =>
        html`<span class="two-lines"><span class="truncate" title=${entry.principal}>${entry.principal ?? entry.key ?? html`<span class="faint">${words.ui.none}</span>`}</span><small>${tellPlace(entry)}</small></span>`,
    },
    {
      key: 'tokens',
      title: text.tokens,
      align: 'end',
      from: 'wide',
      render: ({ inputTokens, outputTokens }) =>
        inputTokens === undefined && outputTokens === undefined
          ? html`<span class="faint">–</span>`
          : html`${format.compact(inputTokens)} <span class="faint">→</span> ${format.compact(outputTokens)}`,
    },
    { key: 'cost', title: text.facts.cost, align: 'end', render: ({ cost }) => format.cost(cost) },
    {
      key: 'latency',
      title: text.latency,
      align: 'end',
      from: 'medium',
      render: ({ milliseconds, firstByteMilliseconds }) =>
        html`<span class="two-lines">${format.duration(milliseconds)}<small>${firstByteMilliseconds === undefined ? '' : format.duration(firstByteMilliseconds)}</small></span>`,
    },
    {
      key: 'flags',
      title: text.signs,
      from: 'wide',
      render: (entry) => html`<${CallFlags} entry=${entry} />`,
    },
  ];
}

/** Where it went, and by what name it was served, where that is another. */
function tellServed({ upstream, served, model, operation }: CallEntry): string {
  const place = [upstream, served === model ? undefined : served]
    .filter((part) => part !== undefined)
    .join('/');
  return [place === '' ? undefined : `→ ${place}`, operation]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function tellPlace({ path, tenant, key, principal }: CallEntry): string {
  return [path ?? tenant, principal === undefined ? undefined : key]
    .filter((part) => part !== undefined)
    .join(' · ');
}
