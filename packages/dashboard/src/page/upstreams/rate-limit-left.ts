import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { html } from '../ui/html.ts';
import { leftShare, timeOf } from './group-targets.ts';
import type { RateLimit } from './upstream-status.ts';

/** What the vendor has told last of what is left, requests and tokens below each other. */
export function RateLimitLeft({ limit }: { readonly limit: RateLimit | null }): VNode {
  const { words, format, fill } = useLocale();
  const said = words.upstreams;
  if (limit === null) return html`<span>–</span>`;
  const told = [
    {
      remaining: limit.remainingRequests,
      of: limit.limitRequests,
      both: said.requestsLeft,
      one: said.requestsLeftOnly,
    },
    {
      remaining: limit.remainingTokens,
      of: limit.limitTokens,
      both: said.tokensLeft,
      one: said.tokensLeftOnly,
    },
  ].flatMap(({ remaining, of, both, one }) =>
    remaining === undefined
      ? []
      : [
          {
            share: leftShare(remaining, of),
            text: fill(of === undefined ? one : both, {
              remaining: format.compact(remaining),
              limit: format.compact(of),
            }),
          },
        ],
  );
  const resetsAt = timeOf(limit.resetsAt);
  return html`<span class="rate-limit">
    ${told.map(
      ({ share, text }) =>
        html`<span key=${text} class=${share !== undefined && share < 0.1 ? 'text-bad' : ''}>${text}</span>`,
    )}
    ${
      resetsAt !== undefined &&
      html`<span class="hint">${fill(said.resets, { when: format.time(resetsAt) })}</span>`
    }
    ${told.length === 0 && resetsAt === undefined && '–'}
  </span>`;
}
