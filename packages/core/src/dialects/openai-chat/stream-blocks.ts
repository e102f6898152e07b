import type { Part } from '../../protocol/chat-answer.ts';
import type { AssistantBlock, Extra, Signature } from '../../protocol/content.ts';
import { isEmpty } from '../shared/read.ts';

type Kind = 'reasoning' | 'text' | 'refusal';

/** The dialect keeps no order between kinds, so that of their numbers is always the one that a whole answer has. */
const places = { reasoning: 0, text: 1000, refusal: 2000, media: 3000, call: 4000 };

/** Not put together for every piece. */
const deltas = { reasoning: 'reasoning-delta', text: 'text-delta', refusal: 'refusal-delta' } as const;

interface Flow {
  readonly kind: Kind;
  readonly block: number;
  /** Which entry of `reasoning_details` it is of. */
  readonly key: string | undefined;
  /** Characters of the whole text that were there before it. */
  readonly from: number;
  signature: Signature | undefined;
  extra: Extra;
}

/** The blocks of one choice that flow: one is open at a time, and ends when another begins. */
export interface StreamBlocks {
  /** Goes on with the open block of this kind, or begins one. */
  open(
    kind: Kind,
    more?: { readonly key?: string; readonly extra?: Extra; readonly isRedacted?: boolean },
  ): Flow;
  tell(text: string): void;
  close(): void;
  isOpen(kind: Kind): Flow | undefined;
  add(value: Extract<AssistantBlock, { type: 'media' | 'foreign' }>): void;
  nextCall(): number;
  textLength(): number;
  hasRefusal(): boolean;
  /** The parts since the last time. */
  take(): Part[];
}

export function makeStreamBlocks(choice: number): StreamBlocks {
  const next = { ...places };
  let parts: Part[] = [];
  let flow: Flow | undefined;
  let textLength = 0;

  const close = (): void => {
    if (flow === undefined) return;
    const { kind, block, signature, extra } = flow;
    flow = undefined;
    const more = {
      ...(signature === undefined ? {} : { signature }),
      ...(isEmpty(extra) ? {} : { extra }),
    };
    if (kind === 'refusal') parts.push({ type: 'refusal-end', choice, block });
    else if (kind === 'text') parts.push({ type: 'text-end', choice, block, ...more });
    else parts.push({ type: 'reasoning-end', choice, block, ...more });
  };

  return {
    open: (kind, { key, extra = {}, isRedacted } = {}) => {
      if (flow?.kind === kind && flow.key === key) return flow;
      close();
      const block = next[kind]++;
      flow = { kind, block, key, from: textLength, signature: undefined, extra };
      if (kind === 'refusal') parts.push({ type: 'refusal-start', choice, block });
      else if (kind === 'text') parts.push({ type: 'text-start', choice, block });
      else
        parts.push({
          type: 'reasoning-start',
          choice,
          block,
          ...(isRedacted === true ? { isRedacted } : {}),
        });
      return flow;
    },
    tell: (text) => {
      if (flow === undefined || text === '') return;
      const { kind, block } = flow;
      if (kind === 'text') textLength += text.length;
      parts.push({ type: deltas[kind], choice, block, text });
    },
    close,
    isOpen: (kind) => (flow?.kind === kind ? flow : undefined),
    add: (value) => {
      close();
      const block = value.type === 'foreign' ? next.text++ : next.media++;
      parts.push({ type: 'block', choice, block, value });
    },
    nextCall: () => next.call++,
    textLength: () => textLength,
    hasRefusal: () => next.refusal > places.refusal,
    take: () => {
      const taken = parts;
      parts = [];
      return taken;
    },
  };
}
