import type { VNode } from 'preact';
import {
  type FilterName,
  filterNames,
  filtersOf,
  noFilters,
  type Span,
  spanOf,
  spanQuery,
} from '../filters.ts';
import { type Locale, useLocale } from '../locale.ts';
import { type PageName, useQueryState } from '../router.ts';
import { Button } from '../ui/button.ts';
import { html } from '../ui/html.ts';
import { Icon } from '../ui/icon.ts';

/** What is looked at, each with a way to take it away; nothing where all is looked at. */
export function FilterChips({ page }: { readonly page: PageName }): VNode | null {
  const { words, fill, ...locale } = useLocale();
  const [query, change] = useQueryState(page);
  const filters = filtersOf(query, page);
  const set = filterNames.flatMap((name) =>
    filters[name] === undefined ? [] : [[name, filters[name]] as const],
  );
  const span = spanOf(query);
  const isCustom = span?.name === 'custom';
  if (set.length === 0 && !isCustom) return null;
  const clear = (): void =>
    change({ ...noFilters, ...(isCustom ? spanQuery(undefined) : {}), cursor: undefined });
  return html`<div class="chips" role="group" aria-label=${words.filter.chosen}>
    ${isCustom && html`<${Chip} name=${words.filter.time} value=${tellSpan(span, { words, fill, ...locale })} onRemove=${() => change({ ...spanQuery(undefined), cursor: undefined })} />`}
    ${set.map(
      ([name, value]: readonly [FilterName, string]) =>
        html`<${Chip} key=${name} name=${words.filter.names[name]} value=${value} onRemove=${() => change({ [name]: undefined, cursor: undefined })} />`,
    )}
    ${set.length + Number(isCustom) > 1 && html`<${Button} look="plain" onClick=${clear}>${words.filter.clear}<//>`}
  </div>`;
}

function Chip({
  name,
  value,
  onRemove,
}: {
  readonly name: string;
  readonly value: string;
  readonly onRemove: () => void;
}): VNode {
  const { words, fill } = useLocale();
  const label = fill(words.filter.remove, { name, value });
  return html`<button type="button" class="chip" aria-label=${label} title=${label} onClick=${onRemove}>
    <span><b>${name}</b> ${value}</span><${Icon} name="close" />
  </button>`;
}

/** In words: "Nov 21, 14:00 – Nov 21, 15:00". */
function tellSpan(span: Span & { readonly name: 'custom' }, { words, format, fill }: Locale): string {
  const tell = (time: number): string => format.moment(time);
  const { from, to } = span;
  if (from === undefined) return fill(words.filter.until, { time: to === undefined ? '' : tell(to) });
  if (to === undefined) return fill(words.filter.since, { time: tell(from) });
  return `${tell(from)} – ${tell(to)}`;
}
