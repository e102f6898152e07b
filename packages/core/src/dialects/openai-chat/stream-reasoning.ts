import type { JsonObject } from '../../protocol/json.ts';
import { objectOf, wordOf } from '../shared/read.ts';
import { type Detail, identify, readDetail, textOfDetail } from './reasoning-details.ts';
import type { StreamBlocks } from './stream-blocks.ts';
import type { StreamCalls } from './stream-calls.ts';

/** Reads the reasoning of a choice's deltas, and the signatures of all that it holds. */
export interface StreamReasoning {
  /** What of a delta belongs before its text; `true` where there was any. */
  pushReasoning(delta: JsonObject): void;
  /** Signatures of text and calls: behind them. */
  pushSignatures(delta: JsonObject): void;
}

export function makeStreamReasoning(blocks: StreamBlocks, calls: StreamCalls): StreamReasoning {
  /** Where the text of the reasoning is: OpenRouter has it both in a string and in the details. */
  let source: 'string' | 'details' | undefined;
  /** A list that is told again as a whole holds nothing new. */
  const seen = new Set<string>();
  const texts = new Map<string, GrownText>();

  const addDetail = (entry: JsonObject, { block }: Extract<Detail, { of: 'reasoning' }>): void => {
    const { signature, extra = {}, isRedacted } = block;
    const open = blocks.isOpen('reasoning');
    if (isRedacted === true) {
      blocks.close();
      const flow = blocks.open('reasoning', { key: keyOf(entry), isRedacted, extra });
      flow.signature = signature;
      blocks.close();
      return;
    }
    if (source === 'string') {
      // The text has been told: this is what belongs to it, and its end.
      if (open === undefined && signature === undefined) return;
      const flow = open ?? blocks.open('reasoning');
      flow.signature = signature;
      flow.extra = extra;
      blocks.close();
      return;
    }
    if (open?.signature !== undefined) blocks.close();
    const key = keyOf(entry);
    const flow = blocks.open('reasoning', { key });
    const grown = texts.get(key) ?? makeGrownText();
    texts.set(key, grown);
    blocks.tell(grown.readNew(block.text));
    if (signature !== undefined) flow.signature = signature;
    for (const [dialect, fields] of Object.entries(extra))
      flow.extra = { ...flow.extra, [dialect]: { ...objectOf(objectOf(flow.extra)?.[dialect]), ...fields } };
  };

  return {
    pushReasoning: (delta) => {
      const entries = entriesOf(delta).filter(
        ({ entry, detail }) => detail.of === 'reasoning' && isNew(entry, seen),
      );
      const shown = wordOf(delta['reasoning_content']) ?? wordOf(delta['reasoning']);
      if (source === undefined && entries.some(({ entry }) => (textOfDetail(entry) ?? '') !== ''))
        source = 'details';
      if (shown !== undefined && source !== 'details') {
        source = 'string';
        blocks.open('reasoning');
        blocks.tell(shown);
      }
      for (const { entry, detail } of entries) if (detail.of === 'reasoning') addDetail(entry, detail);
    },
    pushSignatures: (delta) => {
      for (const { entry, detail } of entriesOf(delta)) {
        if (detail.of === 'reasoning' || !isNew(entry, seen)) continue;
        if (detail.of === 'call') calls.sign(detail.id, detail.opaque);
        if (detail.of === 'text') signText(blocks, detail);
      }
    },
  };
}

/** A text that comes in pieces, or all that there is of it so far with every piece. */
interface GrownText {
  /** What of the piece has not been told. */
  readNew(piece: string): string;
}

/** MiniMax has been seen to do either; its own example takes the second for granted. */
function makeGrownText(): GrownText {
  let known = '';
  let grows: boolean | undefined;
  return {
    readNew: (piece) => {
      if (grows === false) return piece;
      // By the second piece it is clear: a shorter first one could be repeated by chance.
      const repeats = known.length > 2 && piece.length > known.length && piece.startsWith(known);
      if (known !== '') grows ??= repeats;
      const told = repeats ? known.length : 0;
      known = grows === false ? '' : repeats ? piece : known + piece;
      return piece.slice(told);
    },
  };
}

interface Entry {
  readonly entry: JsonObject;
  readonly detail: Detail;
}

function entriesOf(delta: JsonObject): readonly Entry[] {
  const list = delta['reasoning_details'];
  if (!Array.isArray(list)) return [];
  return list.flatMap((value) => {
    const entry = objectOf(value);
    const detail = entry === undefined ? undefined : readDetail(entry);
    return entry === undefined || detail === undefined ? [] : [{ entry, detail }];
  });
}

function isNew(entry: JsonObject, seen: Set<string>): boolean {
  const key = identify(entry);
  if (key === undefined) return true;
  const isFirst = !seen.has(key);
  seen.add(key);
  return isFirst;
}

function keyOf(entry: JsonObject): string {
  return JSON.stringify([entry['type'], entry['index']]);
}

function signText(blocks: StreamBlocks, { start, opaque }: Extract<Detail, { of: 'text' }>): void {
  const open = blocks.isOpen('text');
  const length = blocks.textLength();
  // A block without text: the one before it is not what was signed.
  if (open !== undefined && start >= length && length > open.from) blocks.close();
  const flow = blocks.open('text');
  flow.signature = opaque.signature;
  flow.extra = { ...flow.extra, ...opaque.extra };
  blocks.close();
}
