import type { VNode } from 'preact';
import { type Locale, useLocale } from '../locale.ts';
import type { CallEntry } from '../shapes.ts';
import { Badge, type Tone } from '../ui/badge.ts';
import { html } from '../ui/html.ts';

/** Green what went well, yellow what the caller was refused, red what failed. */
export function StatusBadge({ entry: { status } }: { readonly entry: Pick<CallEntry, 'status'> }): VNode {
  const tone: Tone = status >= 500 ? 'bad' : status >= 400 ? 'warning' : 'good';
  return html`<${Badge} tone=${tone}>${status}<//>`;
}

/** What is special about a call, in a word each. */
export function CallFlags({ entry }: { readonly entry: CallEntry }): VNode {
  return html`<span class="flags">${flagsOf(entry, useLocale()).map(({ name, tone }) => html`<${Badge} key=${name} tone=${tone}>${name}<//>`)}</span>`;
}

function flagsOf(
  entry: CallEntry,
  { words, fill }: Locale,
): { readonly name: string; readonly tone: Tone }[] {
  const text = words.calls.flags;
  const redacted = Object.values(entry.redacted ?? {}).reduce((sum, count) => sum + count, 0);
  const flags: [said: boolean, name: string, tone: Tone][] = [
    [entry.cache === 'hit' || entry.cache === 'joined', text.cached, 'good'],
    [entry.attempts > 1, fill(text.attempts, { count: entry.attempts }), 'warning'],
    [redacted > 0, fill(text.redacted, { count: redacted }), 'neutral'],
    [entry.dropped.length > 0, fill(text.dropped, { count: entry.dropped.length }), 'neutral'],
    [entry.isEstimated, text.estimated, 'neutral'],
    [entry.traceless, text.traceless, 'accent'],
  ];
  return flags.filter(([said]) => said).map(([, name, tone]) => ({ name, tone }));
}
