import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import type { CallAnswer, CallEntry } from '../shapes.ts';
import { Dialog } from '../ui/dialog.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { useQuery } from '../use-query.ts';
import { CallContent } from './call-content.ts';
import { CallFacts } from './call-facts.ts';
import { CallFlags, StatusBadge } from './call-signs.ts';
import { CallTimeline } from './call-timeline.ts';

/** The story of one call, beside the list. `known`: what the list says of it, until all is there. */
export function CallPanel({
  id,
  known,
  onClose,
}: {
  readonly id: string;
  readonly known: CallEntry | undefined;
  readonly onClose: () => void;
}): VNode {
  const { words, format } = useLocale();
  const asked = useQuery<CallAnswer>(`admin/calls/${encodeURIComponent(id)}`);
  const entry = asked.data?.id === id ? asked.data : undefined;
  const head = entry ?? known;
  return html`<${Dialog} look="panel" title=${head?.model ?? words.calls.one} onClose=${onClose}>
    <div class="call-story">
      ${
        head === undefined
          ? asked.error === undefined && html`<p><${Skeleton} width=${30} /></p>`
          : html`<p class="call-signs">
          <${StatusBadge} entry=${head} />
          <span>${format.dateTime(head.time)}</span>
          <${CallFlags} entry=${head} />
        </p>`
      }
      ${asked.error !== undefined && html`<${ErrorBox} error=${asked.error} onRetry=${asked.reload} />`}
      ${head !== undefined && html`<${CallTimeline} entry=${head} />`}
      ${entry !== undefined && html`<${CallFacts} entry=${entry} /><${CallContent} entry=${entry} />`}
    </div>
  <//>`;
}
