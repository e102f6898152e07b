import type { VNode } from 'preact';
import { html } from './html.ts';

/** Lines on a field of 16 by 16. */
const shapes = {
  overview: 'M2.5 13.5v-5m4 5v-11m4 11v-7m4 7v-3',
  calls: 'M2.5 4h11m-11 4h11m-11 4h7',
  upstreams: 'M8 14V7m0 0 4-4.5M8 7 4 2.5M12 6V2.5H8.8M4 6V2.5h3.2',
  keys: 'M9.7 6.3a3.2 3.2 0 1 0-2.3 3.1l1 1h1.5V12h1.6v1.6h2V11L9.6 7.3c.1-.3.1-.7.1-1ZM5.6 6h.01',
  jobs: 'M2.5 3.5h11v9h-11zM6.7 6v4l3.2-2z',
  playground: 'M2.5 3h11v8.2H8L4.8 13.8v-2.6H2.5z',
  close: 'M4 4l8 8m0-8-8 8',
  check: 'm3 8.5 3.2 3L13 4.5',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  download: 'M8 2.5v7.5m-3-3 3 3 3-3M3 13.5h10',
  'arrow-left': 'M9.5 3.5 5 8l4.5 4.5',
  'arrow-right': 'M6.5 3.5 11 8l-4.5 4.5',
  'arrow-up': 'M8 13V3.5M4.5 7 8 3.5 11.5 7',
  'arrow-down': 'M8 3v9.5M4.5 9 8 12.5 11.5 9',
  refresh: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.6h-2.6',
  filter: 'M2.5 3.5h11l-4.3 5v4l-2.4 1v-5z',
  plus: 'M8 3v10M3 8h10',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.3m0 10.4v1.3M1.5 8h1.3m10.4 0h1.3M3.4 3.4l.9.9m7.4 7.4.9.9m0-9.2-.9.9m-7.4 7.4-.9.9',
  moon: 'M13 9.6A5.5 5.5 0 0 1 6.4 3a5.5 5.5 0 1 0 6.6 6.6Z',
  screen: 'M2 3h12v8H2zM6 13.5h4M8 11v2.5',
  alert: 'M8 2.2 14.3 13H1.7zM8 6.5v3m0 1.8h.01',
  hidden: 'M2 8s2.2-4 6-4 6 4 6 4-2.2 4-6 4-6-4-6-4Zm1-5 10 10',
} as const;

export type IconName = keyof typeof shapes;

/** Beside words that say the same: it is hidden from screen readers. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${shapes[name]} /></svg>`;
}
