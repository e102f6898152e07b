import type { Citation, ForeignBlock, TextBlock } from '../../protocol/content.ts';
import type { Detail } from './reasoning-details.ts';

type TextDetail = Extract<Detail, { of: 'text' }>;
type Piece = TextBlock | ForeignBlock;

/** Gives the text what stands beside it in the message: citations, and signatures, which cut it into blocks again. */
export function placeOnText(
  pieces: readonly Piece[],
  details: readonly TextDetail[],
  citations: readonly Citation[],
): readonly Piece[] {
  const [only = { type: 'text', text: '' }] = pieces;
  if (details.length === 0 && citations.length === 0) return pieces;
  // Several parts: their borders are the caller's, and places in the whole text mean nothing.
  if (pieces.length > 1 || only.type !== 'text') return citeLast(pieces, citations);
  const blocks = details.length === 0 ? [{ start: 0, block: only }] : cutAt(only, details);
  return blocks.map(({ start, block }, index) => {
    const next = blocks[index + 1];
    const own = citations.filter(
      (citation) =>
        (index === 0 || (citation.start ?? 0) >= start) &&
        (next === undefined || (citation.start ?? 0) < next.start),
    );
    return own.length === 0 ? block : { ...block, citations: own.map((citation) => shift(citation, start)) };
  });
}

function cutAt(
  whole: TextBlock,
  details: readonly TextDetail[],
): readonly { start: number; block: TextBlock }[] {
  const blocks: { start: number; block: TextBlock }[] = [];
  const add = (start: number, end: number, more: Partial<TextBlock>): void => {
    blocks.push({ start, block: { ...whole, text: whole.text.slice(start, end), ...more } });
  };
  let position = 0;
  for (const { start, end, opaque } of details) {
    const from = Math.min(Math.max(start, position), whole.text.length);
    const to = Math.min(Math.max(end, from), whole.text.length);
    if (from > position) add(position, from, {});
    add(from, to, opaque);
    position = to;
  }
  if (position < whole.text.length) add(position, whole.text.length, {});
  return blocks;
}

/** Counted from the start of its own block. */
export function shift(citation: Citation, by: number): Citation {
  if (by === 0) return citation;
  const { start, end, ...rest } = citation;
  return {
    ...rest,
    ...(start === undefined ? {} : { start: Math.max(0, start - by) }),
    ...(end === undefined ? {} : { end: Math.max(0, end - by) }),
  };
}

function citeLast(pieces: readonly Piece[], citations: readonly Citation[]): readonly Piece[] {
  const last = pieces.findLastIndex((piece) => piece.type === 'text');
  return pieces.map((piece, index) =>
    index === last && piece.type === 'text' && citations.length > 0 ? { ...piece, citations } : piece,
  );
}
