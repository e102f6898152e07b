import type { VNode } from 'preact';
import { type Locale, useLocale } from '../locale.ts';
import type { CallEntry, CallStep } from '../shapes.ts';
import { Badge, type Tone } from '../ui/badge.ts';
import { html } from '../ui/html.ts';
import { marksOf, type Stretch, type TimelineRow, timelineOf } from './timeline.ts';

const tones: Readonly<Record<CallStep['outcome'], Tone>> = {
  success: 'good',
  failure: 'bad',
  neutral: 'warning',
  overtaken: 'neutral',
};

/** When what happened: a line for each attempt, and what became of it. */
export function CallTimeline({ entry }: { readonly entry: CallEntry }): VNode {
  const { words, format } = useLocale();
  const text = words.calls;
  const { length, firstByte, rows } = timelineOf(entry);
  const kinds = new Set(rows.flatMap(({ stretches }) => stretches.map(({ kind }) => kind)));
  const place = (time: number): string => `${((time / length) * 100).toFixed(2)}%`;
  return html`<div class="timeline">
    <ol>
      ${rows.map((row, at) => html`<${Row} key=${at} row=${row} entry=${entry} place=${place} />`)}
    </ol>
    <div class="timeline-axis" aria-hidden="true">
      ${marksOf(length)
        .filter((mark) => mark < length * 0.93)
        .map(
          (mark) => html`<span key=${mark} style=${{ left: place(mark) }}>${format.duration(mark)}</span>`,
        )}
      ${firstByte !== undefined && html`<i style=${{ left: place(Math.min(firstByte, length)) }} title=${text.firstByte}></i>`}
    </div>
    <p class="legend">
      ${(['queue', 'wait', 'answer'] as const)
        .filter((kind) => kinds.has(kind))
        .map(
          (kind) =>
            html`<span key=${kind}><i class=${`swatch stretch-${kind}`}></i><span>${text.stretches[kind]}</span></span>`,
        )}
    </p>
  </div>`;
}

function Row({
  row: { step, stretches },
  entry,
  place,
}: {
  readonly row: TimelineRow;
  readonly entry: CallEntry;
  readonly place: (time: number) => string;
}): VNode {
  const locale = useLocale();
  const { words } = locale;
  const text = words.calls;
  const name =
    step === undefined
      ? entry.upstream === undefined
        ? text.refusedHere
        : `${entry.upstream}/${entry.served ?? entry.model ?? ''}`
      : `${step.upstream}/${step.model}`;
  const outcome = step?.outcome ?? (entry.status < 400 ? 'success' : 'failure');
  const key = step === undefined ? entry.upstreamKey : step.key;
  const reason = step === undefined ? entry.error : step.error;
  const status = step?.status;
  return html`<li>
    <div class="timeline-name">
      <b>${entry.cache === 'hit' ? text.fromCache : name}</b>
      ${key !== undefined && html`<span class="faint">${key}</span>`}
      <${Badge} tone=${tones[outcome]}>${text.outcomes[outcome]}<//>
      ${reason !== undefined && html`<code>${reason}</code>`}
      ${status !== undefined && html`<span class="faint">HTTP ${status}</span>`}
    </div>
    <div class="timeline-track" aria-hidden="true">
      ${stretches.map(({ kind, from, to }) => html`<i key=${kind} class=${`stretch-${kind} of-${outcome}`} style=${{ left: place(from), width: place(to - from) }}></i>`)}
    </div>
    <p class="timeline-times">${tellStretches(stretches, locale)}</p>
  </li>`;
}

/** The same in words. */
function tellStretches(stretches: readonly Stretch[], { words, format, fill }: Locale): string {
  const [first] = stretches;
  if (first === undefined) return words.calls.atOnce;
  const parts = stretches.map(({ kind, from, to }) =>
    fill(words.calls.stretchTimes[kind], { time: format.duration(to - from) }),
  );
  const start = first.from > 0 ? [fill(words.calls.after, { time: format.duration(first.from) })] : [];
  return [...start, ...parts].join(' · ');
}
