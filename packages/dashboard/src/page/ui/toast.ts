import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { html } from './html.ts';

interface Message {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

let messages: readonly Message[] = [];
let lastId = 0;
const listeners = new Set<(messages: readonly Message[]) => void>();

function change(next: readonly Message[]): void {
  messages = next;
  for (const listener of listeners) listener(messages);
}

/** Says for a few seconds that something was done, or was not. */
export function toast(text: string, tone: 'good' | 'bad' = 'good'): void {
  lastId += 1;
  const id = lastId;
  change([...messages.slice(-2), { id, text, tone }]);
  window.setTimeout(
    () => change(messages.filter((message) => message.id !== id)),
    tone === 'good' ? 4000 : 9000,
  );
}

/** Where they are shown; once on the page. */
export function Toasts(): VNode {
  const [shown, show] = useState(messages);
  useEffect(() => {
    listeners.add(show);
    return () => {
      listeners.delete(show);
    };
  }, []);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.map(({ id, text, tone }) => html`<p key=${id} class=${`toast ${tone}`}>${text}</p>`)}
  </div>`;
}
