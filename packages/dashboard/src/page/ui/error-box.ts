import type { VNode } from 'preact';
import { ApiError } from '../api.ts';
import { useLocale } from '../locale.ts';
import { Button } from './button.ts';
import { html } from './html.ts';
import { Icon } from './icon.ts';

/** What went wrong, in words and with the code that the documentation lists, and a way to try again. */
export function ErrorBox({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}): VNode {
  const { words } = useLocale();
  const { code, message } = describeError(error);
  return html`<div class="error-box" role="alert">
    <${Icon} name="alert" />
    <div class="error-text">
      <p><strong>${code === 'offline' ? words.ui.offline : words.ui.failed}</strong></p>
      ${code !== 'offline' && html`<p>${message} ${code !== '' && html`<code>${code}</code>`}</p>`}
    </div>
    ${onRetry !== undefined && html`<${Button} icon="refresh" onClick=${onRetry}>${words.ui.retry}<//>`}
  </div>`;
}

function describeError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof ApiError) return error;
  // `fetch` says no more than that it could not.
  if (error instanceof TypeError) return { code: 'offline', message: error.message };
  return { code: '', message: error instanceof Error ? error.message : String(error) };
}
