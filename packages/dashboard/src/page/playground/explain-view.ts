import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import { Badge } from '../ui/badge.ts';
import { ErrorBox } from '../ui/error-box.ts';
import { html } from '../ui/html.ts';
import type { Explanation, FallbackKind } from './playground-shapes.ts';

export interface ExplainViewProps {
  readonly explanation: Explanation | undefined;
  readonly error: unknown;
}

/** Where the call goes, and why. */
export function ExplainView({ explanation, error }: ExplainViewProps): VNode {
  const { words } = useLocale();
  const said = words.playground;
  return html`<section class="card card-body explain" aria-label=${said.did}>
    <h2>${said.did}</h2>
    ${error !== undefined && html`<${ErrorBox} error=${error} />`}
    ${explanation === undefined && error === undefined && html`<p class="hint">${said.didNone}</p>`}
    ${explanation !== undefined && html`<${Told} explanation=${explanation} />`}
  </section>`;
}

function Told({ explanation }: { readonly explanation: Explanation }): VNode {
  const { words, format, fill } = useLocale();
  const said = words.playground;
  const { model, servedBy, inputTokens, candidates, leftOut, isForced } = explanation;
  const fallbacks = fallbacksOf(explanation);
  return html`
    <p class="hint">
      ${servedBy !== model && `${fill(said.servedBy, { model: servedBy })} · `}
      ${fill(said.questionTokens, { count: Math.round(inputTokens) })}
    </p>
    ${isForced && html`<p class="notice warning">${said.forced}</p>`}
    <h3>${said.candidates}</h3>
    <ol class="explain-list">
      ${candidates.map(
        (one) => html`<li key=${`${one.upstream}/${one.model}`}>
          <code>${one.upstream}/${one.model}</code>
          <span class="hint">
            ${one.expectedCost === undefined ? said.expectedUnknown : fill(said.expected, { cost: format.cost(one.expectedCost) })}
          </span>
          ${one.waits && html`<${Badge} tone="warning">${said.waits}<//>`}
        </li>`,
      )}
    </ol>
    ${
      leftOut.length > 0 &&
      html`<h3>${said.leftOut}</h3>
        <ul class="explain-list">
          ${leftOut.map(
            (one) => html`<li key=${`${one.upstream}/${one.model}`}>
              <code>${one.upstream}/${one.model}</code>
              <span class="hint">${said.reasons[one.reason] ?? one.reason}</span>
            </li>`,
          )}
        </ul>`
    }
    ${
      fallbacks.length > 0 &&
      html`<h3>${said.fallbacks}</h3>
        <ul class="explain-list">
          ${fallbacks.map(
            ([kind, models]) => html`<li key=${kind}>
              <code>${models.join(' → ')}</code> <span class="hint">${said.fallbackKinds[kind]}</span>
            </li>`,
          )}
        </ul>`
    }
  `;
}

const kinds: readonly FallbackKind[] = ['contextLength', 'contentFilter', 'outage'];

function fallbacksOf({ fallbacks }: Explanation): readonly (readonly [FallbackKind, readonly string[]])[] {
  return kinds.flatMap((kind) => {
    const models = fallbacks?.[kind] ?? [];
    return models.length === 0 ? [] : [[kind, models] as const];
  });
}
