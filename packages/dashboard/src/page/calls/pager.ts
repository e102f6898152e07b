import type { VNode } from 'preact';
import { useLocale } from '../locale.ts';
import type { Query } from '../router.ts';
import { Button } from '../ui/button.ts';
import { html } from '../ui/html.ts';

/** From which page the reader came to the one of this cursor. The gateway knows the way to older ones only. */
const newerOf = new Map<string, string | undefined>();

export interface PagerProps {
  readonly query: Query;
  readonly change: (changes: Query) => void;
  /** The cursor of the page of older ones; undefined on the last page. */
  readonly next: string | undefined;
  readonly isLoading: boolean;
}

/** To older calls, back to newer ones, and to the newest. */
export function Pager({ query, change, next, isLoading }: PagerProps): VNode | null {
  const { words } = useLocale();
  const { cursor } = query;
  if (cursor === undefined && next === undefined) return null;
  const turn = (to: string | undefined): void => {
    change({ cursor: to });
    window.scrollTo(0, 0);
  };
  const goOlder = (): void => {
    if (next === undefined) return;
    newerOf.set(next, cursor);
    turn(next);
  };
  const hasNewer = cursor !== undefined && newerOf.has(cursor);
  return html`<nav class="pager" aria-label=${words.calls.pager}>
    <${Button} look="plain" isDisabled=${cursor === undefined} onClick=${() => turn(undefined)}>${words.calls.newest}<//>
    <${Button} icon="arrow-left" isDisabled=${!hasNewer} onClick=${() => turn(cursor === undefined ? undefined : newerOf.get(cursor))}>${words.ui.newer}<//>
    <${Button} icon="arrow-right" isDisabled=${next === undefined || isLoading} onClick=${goOlder}>${words.ui.older}<//>
  </nav>`;
}
