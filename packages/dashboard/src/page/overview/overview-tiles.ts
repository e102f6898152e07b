import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import type { OverviewAnswer } from '../shapes.ts';
import { html } from '../ui/html.ts';
import { Stat } from '../ui/stat.ts';
import { changeOf, shareOf } from './measures.ts';

/** The figures of the whole span, against the span before. Undefined: while they are loading. */
export function OverviewTiles({ answer }: { readonly answer: OverviewAnswer | undefined }): VNode {
  const { words, format, fill } = useLocale();
  const text = words.overview;
  const [total, before] = [answer?.total, answer?.before];
  const tell = (write: () => string): string | undefined => (total === undefined ? undefined : write());
  const change = (read: (sums: OverviewAnswer['total']) => number | null): number | null =>
    total === undefined || before === undefined ? null : changeOf(read(total), read(before));
  const failedShare = total === undefined ? null : shareOf(total.failed, total.calls);
  const hitShare = total === undefined ? null : shareOf(total.cacheHits, total.calls);
  const cachedShare = total === undefined ? null : shareOf(total.cachedTokens, total.inputTokens);
  return html`<dl class="stats overview-stats" aria-label=${text.figures}>
    <${Stat} label=${text.calls} value=${tell(() => format.compact(total?.calls))} change=${change(({ calls }) => calls)} />
    <${Stat} label=${text.cost} value=${tell(() => format.money(total?.dollars))} change=${change(({ cost }) => cost)}
      note=${total !== undefined && total.calls > 0 && fill(text.perCall, { cost: format.cost(total.cost / total.calls) })} />
    <${Stat} label=${text.failed} value=${tell(() => format.compact(total?.failed))} change=${change(({ failed }) => failed)} more="bad"
      note=${failedShare !== null && fill(text.ofCalls, { share: format.percent(failedShare) })} />
    <${Stat} label=${text.firstByte} value=${tell(() => format.duration(total?.firstByteP50))} change=${change(({ firstByteP50 }) => firstByteP50)} more="bad"
      note=${total !== undefined && total.firstByteP95 !== null && fill(text.slowest, { time: format.duration(total.firstByteP95) })} />
    <${Stat} label=${text.inputTokens} value=${tell(() => format.compact(total?.inputTokens))} change=${change(({ inputTokens }) => inputTokens)}
      note=${cachedShare !== null && cachedShare > 0 && fill(text.fromPromptCache, { share: format.percent(cachedShare) })} />
    <${Stat} label=${text.outputTokens} value=${tell(() => format.compact(total?.outputTokens))} change=${change(({ outputTokens }) => outputTokens)}
      note=${total !== undefined && total.reasoningTokens > 0 && fill(text.ofReasoning, { count: format.compact(total.reasoningTokens) })} />
    <${Stat} label=${text.cacheHits} value=${tell(() => format.compact(total?.cacheHits))} change=${change(({ cacheHits }) => cacheHits)} more="good"
      note=${hitShare !== null && hitShare > 0 && fill(text.ofCalls, { share: format.percent(hitShare) })} />
    <${Stat} label=${text.saved} value=${tell(() => format.cost(total?.saved))} change=${change(({ saved }) => saved)} more="good" />
  </dl>`;
}
