import { codecOf } from './dialects/load-codecs.ts';
import { renderErrorEvent } from './dialects/openai-chat/word-error.ts';
import { problemOf } from './dialects/shared/problem-of.ts';
import type { Call } from './protocol/call.ts';
import type { AnswerContext } from './protocol/codec.ts';

/** An error repeats nothing of its question. */
const context: AnswerContext = {
  request: { model: '', stream: true, wantsUsage: false, messages: [] },
  id: '',
  now: 0,
};

/** The event that tells a caller that its stream breaks off here; undefined for what is no stream of events. */
export function wordBreak(
  { dialect, stream, wantsArray }: Pick<Call, 'dialect' | 'stream' | 'wantsArray'>,
  error: Error,
): Uint8Array | undefined {
  if (!stream || wantsArray) return undefined;
  if (dialect === 'openai-chat') return renderErrorEvent(error);
  const renderer = codecOf(dialect).renderStream(context);
  return Buffer.from(renderer.push({ type: 'error', error: problemOf(error) }));
}
