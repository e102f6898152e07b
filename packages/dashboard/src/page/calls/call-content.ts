import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import type { CallAnswer } from '../shapes.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { html } from '../ui/html.ts';
import { Icon } from '../ui/icon.ts';

/** What was said, where the operator keeps it: always as text. Where it is not kept, why. */
export function CallContent({ entry: { content, traceless } }: { readonly entry: CallAnswer }): VNode {
  const { words } = useLocale();
  const text = words.calls;
  if (traceless || content === null || content === undefined)
    return html`<p class="content-absent"><${Icon} name="hidden" />${traceless ? text.tracelessText : text.notKept}</p>`;
  return html`
    <${Text} title=${text.question} text=${content.question} />
    <${Text} title=${text.answer} text=${content.answer} />
  `;
}

function Text({ title, text }: { readonly title: string; readonly text: string }): VNode {
  const shown = spread(text);
  return html`<section class="content">
    <header><h3>${title}</h3><${CopyButton} isCompact text=${text} /></header>
    <pre tabindex="0" aria-label=${title}>${shown}</pre>
  </section>`;
}

/** JSON on several lines; everything else as it is. */
function spread(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
