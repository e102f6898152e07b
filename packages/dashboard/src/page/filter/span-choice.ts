import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { momentsOf, type Span, type SpanName, spanNames, spanOf, spanQuery } from '../filters.ts';
import { useLocale } from '../locale.ts';
import { type PageName, useQueryState } from '../router.ts';
import { Button } from '../ui/button.ts';
import { Dialog } from '../ui/dialog.ts';
import { Field } from '../ui/field.ts';
import { html } from '../ui/html.ts';

/** Which time is looked at. `standard`: what is where nothing is chosen; undefined is all time, which is a choice then. */
export function SpanChoice({
  page,
  standard,
}: {
  readonly page: PageName;
  readonly standard: SpanName | undefined;
}): VNode {
  const { words } = useLocale();
  const [query, change] = useQueryState(page);
  const [isAsking, setAsking] = useState(false);
  const span = spanOf(query) ?? (standard === undefined ? undefined : { name: standard });
  const choose = (next: Span | undefined): void => change({ ...spanQuery(next), cursor: undefined });
  const isCustom = span?.name === 'custom';
  return html`<div class="segments" role="group" aria-label=${words.filter.time}>
      ${
        standard === undefined &&
        html`<button type="button" aria-pressed=${String(span === undefined)} onClick=${() => choose(undefined)}>${words.filter.allTime}</button>`
      }
      ${spanNames.map(
        (
          name,
        ) => html`<button key=${name} type="button" aria-pressed=${String(span?.name === name)} title=${words.filter.spans[name]}
          onClick=${() => choose({ name })}>${words.filter.shortSpans[name]}</button>`,
      )}
      <button type="button" aria-pressed=${String(isCustom)} onClick=${() => setAsking(true)}>${words.filter.custom}</button>
    </div>
    ${isAsking && html`<${CustomSpan} span=${span} onClose=${() => setAsking(false)} onChoose=${choose} />`}`;
}

function CustomSpan({
  span,
  onClose,
  onChoose,
}: {
  readonly span: Span | undefined;
  readonly onClose: () => void;
  readonly onChoose: (span: Span) => void;
}): VNode {
  const { words } = useLocale();
  const now = Date.now();
  const moments = momentsOf(span ?? { name: 'day' }, now);
  const [from, setFrom] = useState(() => toLocal(moments.from));
  const [to, setTo] = useState(() => toLocal(moments.to ?? now));
  const [start, end] = [fromLocal(from), fromLocal(to)];
  const isWrong = start !== undefined && end !== undefined && start >= end;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isWrong || (start ?? end) === undefined) return;
    onChoose({ name: 'custom', from: start, to: end });
    onClose();
  };
  const actions = html`<${Button} onClick=${onClose}>${words.ui.cancel}<//>
    <${Button} look="primary" type="submit" form="custom-span">${words.filter.show}<//>`;
  return html`<${Dialog} title=${words.filter.customTitle} onClose=${onClose} actions=${actions}>
    <form id="custom-span" class="form" onSubmit=${submit}>
      <${Field} type="datetime-local" label=${words.filter.from} value=${from} onInput=${setFrom} />
      <${Field} type="datetime-local" label=${words.filter.to} value=${to} onInput=${setTo} error=${isWrong ? words.filter.wrongSpan : undefined} />
    </form>
  <//>`;
}

/** As the browser's own field writes it: the local time, without a zone. */
function toLocal(time: number | undefined): string {
  if (time === undefined) return '';
  const moment = new Date(time);
  return new Date(time - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function fromLocal(text: string): number | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
