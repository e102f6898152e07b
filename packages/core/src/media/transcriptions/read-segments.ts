import { defined, fieldsOf, listOf, numberOf, wordOf } from '../../dialects/shared/read.ts';
import type { TranscriptSegment } from '../../protocol/audio.ts';
import type { Json } from '../../protocol/json.ts';

/** Segments of an answer in JSON; none lasts less than nothing, or begins before the one before it. */
export function readSegments(list: Json | undefined): readonly TranscriptSegment[] {
  let last = 0;
  return listOf(list).flatMap((item) => {
    const { start, end, text, speaker, speaker_id } = fieldsOf(item);
    if (typeof text !== 'string' || text.trim() === '') return [];
    const begins = Math.max(last, numberOf(start) ?? last);
    const ends = Math.max(begins, numberOf(end) ?? begins);
    last = begins;
    return [defined({ start: begins, end: ends, text, speaker: wordOf(speaker ?? speaker_id) })];
  });
}

export function joinSegments(segments: readonly TranscriptSegment[]): string {
  return segments.map(({ text }) => text.trim()).join(' ');
}
