import type { ComponentChildren, VNode } from 'preact';
import { type FilterName } from '../filters.ts';
import { type Locale, useLocale } from '../locale.ts';
import { href } from '../router.ts';
import type { CallAnswer } from '../shapes.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { html } from '../ui/html.ts';

interface Fact {
  readonly name: string;
  readonly value: ComponentChildren;
}

/** Everything that was written down of a call, by what it is about. */
export function CallFacts({ entry }: { readonly entry: CallAnswer }): VNode {
  const locale = useLocale();
  const text = locale.words.calls.facts;
  return html`
    <${Facts} title=${text.who} facts=${factsOfCaller(entry, locale)} />
    <${Facts} title=${text.what} facts=${factsOfCall(entry, locale)} />
    <${Facts} title=${text.usage} facts=${factsOfUsage(entry, locale)} />
    <${Facts} title=${text.changes} facts=${factsOfChanges(entry, locale)} />
  `;
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly Fact[] }): VNode | null {
  if (facts.length === 0) return null;
  return html`<section class="facts">
    <h3>${title}</h3>
    <dl>${facts.map(({ name, value }) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}

/** Those that are known. A value that calls are told apart by leads to the calls that share it. */
function known(
  facts: readonly (readonly [name: string, value: ComponentChildren, filter?: FilterName])[],
): Fact[] {
  return facts
    .filter(([, value]) => value !== undefined && value !== '' && value !== false)
    .map(([name, value, filter]) => ({
      name,
      value:
        filter !== undefined && typeof value === 'string'
          ? html`<a href=${href('calls', { [filter]: value })}>${value}</a>`
          : value,
    }));
}

function factsOfCaller(entry: CallAnswer, { words, format }: Locale): Fact[] {
  const { names } = words.filter;
  const text = words.calls.facts;
  return known([
    [names.principal, entry.principal, 'principal'],
    [names.tenant, entry.tenant, 'tenant'],
    [names.path, entry.path, 'path'],
    [names.key, entry.key, 'key'],
    [text.time, format.dateTime(entry.time)],
    [
      text.id,
      html`<span class="copy-line"><code>${entry.id}</code><${CopyButton} isCompact text=${entry.id} /></span>`,
    ],
    [text.requestId, entry.requestId === entry.id ? undefined : entry.requestId],
  ]);
}

function factsOfCall(entry: CallAnswer, { words, format }: Locale): Fact[] {
  const { names } = words.filter;
  const text = words.calls.facts;
  return known([
    [text.asked, entry.model, 'model'],
    [text.served, entry.served],
    [names.upstream, entry.upstream, 'upstream'],
    [text.upstreamKey, entry.upstreamKey],
    [names.operation, entry.operation, 'operation'],
    [names.status, String(entry.status), 'status'],
    [names.error, entry.error, 'error'],
    [text.attempts, entry.attempts === 0 ? undefined : format.number(entry.attempts)],
    [text.stream, entry.stream ? text.yes : text.no],
    [
      text.cache,
      entry.cache === undefined ? undefined : (words.calls.cacheOutcomes[entry.cache] ?? entry.cache),
    ],
    [text.total, format.duration(entry.milliseconds)],
    [
      text.firstByte,
      entry.firstByteMilliseconds === undefined ? undefined : format.duration(entry.firstByteMilliseconds),
    ],
    [
      text.tags,
      entry.tags.length === 0
        ? undefined
        : html`<span class="tags">${entry.tags.map((tag) => html`<a key=${tag} href=${href('calls', { tag })}>${tag}</a>`)}</span>`,
    ],
  ]);
}

function factsOfUsage(entry: CallAnswer, { words, format }: Locale): Fact[] {
  const text = words.calls.facts;
  const count = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : format.number(value);
  const source = entry.priceSource === undefined ? '' : words.calls.priceSources[entry.priceSource];
  return known([
    [text.inputTokens, count(entry.inputTokens)],
    [text.cachedTokens, entry.cachedTokens === 0 ? undefined : count(entry.cachedTokens)],
    [text.cacheWriteTokens, entry.cacheWriteTokens === 0 ? undefined : count(entry.cacheWriteTokens)],
    [text.outputTokens, count(entry.outputTokens)],
    [text.reasoningTokens, entry.reasoningTokens === 0 ? undefined : count(entry.reasoningTokens)],
    ...Object.entries(entry.units ?? {}).map(([unit, value]) => [unit, format.number(value)] as const),
    [
      text.cost,
      entry.cost === undefined
        ? text.noPrice
        : `${format.cost(entry.cost)}${source === '' ? '' : ` · ${source}`}`,
    ],
    [text.saved, entry.saved === undefined ? undefined : format.cost(entry.saved)],
    [text.estimated, entry.isEstimated && text.estimatedText],
  ]);
}

function factsOfChanges(entry: CallAnswer, { words, format }: Locale): Fact[] {
  const text = words.calls.facts;
  const redacted = Object.entries(entry.redacted ?? {}).map(
    ([kind, count]) => `${kind} × ${format.number(count)}`,
  );
  return known([
    [text.dropped, entry.dropped.length > 0 && format.list(entry.dropped)],
    [text.adjusted, entry.adjusted.length > 0 && format.list(entry.adjusted)],
    [text.redacted, redacted.length > 0 && format.list(redacted)],
    ...Object.entries(entry.notes ?? {}).map(([name, note]) => [name, note] as const),
  ]);
}
