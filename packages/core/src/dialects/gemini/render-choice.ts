import type { AnswerChoice, Logprob, Part } from '../../protocol/chat-answer.ts';
import type { Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { GrowingText } from '../shared/growing-text.ts';
import { defined } from '../shared/read.ts';
import type { CitedText, PlacedCitation } from './citations.ts';
import { renderPart } from './render-part.ts';

type ChoicePart = Extract<Part, { choice: number }>;
type BlockPart = Extract<Part, { block: number }>;

/** What is told of an answer when it is over. */
export interface EndedChoice extends AnswerChoice {
  /** Parts that were held back until now. */
  readonly parts: readonly JsonObject[];
  readonly texts: readonly CitedText[];
  readonly citations: readonly PlacedCitation[];
}

/** Writes one of the answers of a stream as parts of Gemini's. */
export interface ChoiceRenderer {
  push(part: ChoicePart): readonly JsonObject[];
  /** What is held back, where the stream breaks off. */
  release(): readonly JsonObject[];
  /** Undefined where the answer never came to its end. */
  ended(): EndedChoice | undefined;
}

/** Gemini cannot interleave blocks: the first open one is written as it comes, those behind it wait for its end. */
export function renderChoice(index: number): ChoiceRenderer {
  const waiting = new Map<number, { readonly writer: BlockWriter; parts: JsonObject[]; isOver: boolean }>();
  const texts: { readonly block: number; readonly said: GrowingText }[] = [];
  const citations: PlacedCitation[] = [];
  const logprobs: Logprob[] = [];
  let hasContent = false;
  let end: Pick<AnswerChoice, 'finish' | 'extra'> | undefined;

  /** Takes what may be written now from the front of the line. */
  const advance = (): readonly JsonObject[] => {
    const ready: JsonObject[] = [];
    for (const [block, entry] of waiting) {
      ready.push(...entry.parts);
      entry.parts = [];
      if (!entry.isOver) break;
      waiting.delete(block);
    }
    return ready;
  };

  const pushBlock = (part: BlockPart): void => {
    if (part.type === 'citation') {
      citations.push({ block: part.block, citation: part.citation });
      return;
    }
    hasContent = true;
    const isOver = part.type === 'block' || part.type.endsWith('-end');
    const entry = waiting.get(part.block) ?? { writer: writeBlock(), parts: [], isOver: false };
    waiting.set(part.block, entry);
    entry.parts.push(...entry.writer.push(part));
    entry.isOver ||= isOver;
    if (part.type === 'text-start' || part.type === 'refusal-start')
      texts.push({ block: part.block, said: new GrowingText() });
    if (part.type === 'text-delta' || part.type === 'refusal-delta')
      texts.findLast(({ block }) => block === part.block)?.said.add(part.text);
  };

  const release = (): readonly JsonObject[] => {
    for (const entry of waiting.values()) {
      if (!entry.isOver) entry.parts.push(...entry.writer.release());
      entry.isOver = true;
    }
    return advance();
  };

  return {
    push(part) {
      if (end !== undefined) return [];
      if (part.type === 'logprobs') logprobs.push(...part.tokens);
      else if (part.type === 'finish') end = part;
      else {
        pushBlock(part);
        return advance();
      }
      return [];
    },
    release,
    ended() {
      if (end === undefined) return undefined;
      const parts = release();
      const { finish, extra } = end;
      const content = hasContent ? [{ type: 'text' as const, text: '' }] : [];
      const told = defined({ logprobs: logprobs.length === 0 ? undefined : logprobs, extra });
      return { index, content, finish, ...told, parts, texts: inOrder(texts), citations };
    },
  };
}

/** By the number of the block: a stream's citations stand where the whole answer's do. */
function inOrder(
  texts: readonly { readonly block: number; readonly said: GrowingText }[],
): readonly CitedText[] {
  return texts
    .toSorted((a, b) => a.block - b.block)
    .map(({ block, said }) => ({ block, text: said.toString() }));
}

interface BlockWriter {
  push(part: BlockPart): readonly JsonObject[];
  release(): readonly JsonObject[];
}

/**
 * A block as parts. Its signature must stand on a part with text, else it would be one of its own when it is read again;
 * as it is known only at the end, the last character waits for it.
 */
function writeBlock(): BlockWriter {
  let start: BlockPart | undefined;
  let held = '';
  const renderText = (text: string, signature: Signature | undefined): readonly JsonObject[] => {
    const extra = start !== undefined && 'extra' in start ? start.extra : undefined;
    const type = start?.type === 'reasoning-start' ? 'reasoning' : 'text';
    // What nearly every part is.
    if (text !== '' && signature === undefined && extra === undefined)
      return [type === 'text' ? { text } : { text, thought: true }];
    const part = renderPart({ type, text, ...defined({ signature, extra }) }, () => undefined);
    return part === undefined || (text === '' && Object.keys(part).every((name) => name === 'text'))
      ? []
      : [part];
  };
  const renderCall = (signature: Signature | undefined): readonly JsonObject[] => {
    if (start?.type !== 'tool-input-start') return [];
    const { id, name, format, extra } = start;
    const call = { type: 'tool-call' as const, id, name, format, input: held };
    return [renderPart({ ...call, ...defined({ signature, extra }) }, () => undefined) ?? {}];
  };
  return {
    push(part) {
      switch (part.type) {
        case 'block':
          return [renderPart(part.value, () => undefined) ?? []].flat();
        case 'text-start':
        case 'refusal-start':
        case 'reasoning-start':
        case 'tool-input-start':
          // A start that is repeated has nothing new to say.
          start ??= part;
          return [];
        case 'tool-input-delta':
          held += part.text;
          return [];
        case 'tool-input-end':
          return renderCall(part.signature);
        case 'text-delta':
        case 'refusal-delta':
        case 'reasoning-delta': {
          const text = held + part.text;
          const isWhole = start !== undefined && 'extra' in start && start.extra?.gemini !== undefined;
          const cut = isWhole ? 0 : lastCharacter(text);
          held = text.slice(cut);
          return cut === 0 ? [] : renderText(text.slice(0, cut), undefined);
        }
        case 'text-end':
        case 'reasoning-end':
          return renderText(held, part.signature);
        case 'refusal-end':
          return renderText(held, undefined);
        default:
          return [];
      }
    },
    // Half a call is not told: its arguments would look whole.
    release: () =>
      start === undefined || start.type === 'tool-input-start' ? [] : renderText(held, undefined),
  };
}

/** Where the last character begins: not inside a surrogate pair. */
function lastCharacter(text: string): number {
  const last = text.charCodeAt(text.length - 1);
  const isPair = last >= 0xdc00 && last <= 0xdfff && text.length > 1;
  return Math.max(0, text.length - (isPair ? 2 : 1));
}
