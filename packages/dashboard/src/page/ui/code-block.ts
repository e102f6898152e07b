import type { VNode } from 'preact';
import { CopyButton } from './copy-button.ts';
import { html } from './html.ts';

/** Code to be read and taken along. `label`: what it is, for those who cannot see it. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }): VNode {
  return html`<div class="code-block">
    <pre tabindex="0" role="region" aria-label=${label}><code>${code}</code></pre>
    <${CopyButton} text=${code} isCompact />
  </div>`;
}
