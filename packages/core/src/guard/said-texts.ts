import { Buffer } from 'node:buffer';
import type { Dialect } from '../protocol/call.ts';
import type { AnswerPart } from '../protocol/guard.ts';
import { eventLimit } from '../stream/event-limit.ts';
import { ArrayStreamReader } from '../stream/read-array-stream.ts';
import { readEvent, splitEvents } from './event-text.ts';
import { EventGuard } from './guard-events.ts';

/** A text of a streamed answer, put together. */
export type SaidText = Pick<AnswerPart, 'choice' | 'text' | 'type'>;

/** The texts of a stream, each in one piece, however it was cut. Rejects for what is no such stream. */
export async function saidTexts(
  stream: string,
  { dialect, isArray }: { readonly dialect: Dialect; readonly isArray: boolean },
): Promise<readonly SaidText[]> {
  const said = new Map<string, SaidText>();
  const guard = new EventGuard(({ channel, type, choice, text }) => {
    said.set(channel, { type, choice, text: (said.get(channel)?.text ?? '') + text });
    return text;
  }, dialect);
  const events = isArray
    ? new ArrayStreamReader(eventLimit).push(Buffer.from(stream))
    : splitEvents(stream).flatMap((event) => readEvent(event)?.data ?? []);
  for (const data of events) await guard.take(data, undefined);
  return [...said.values()];
}
