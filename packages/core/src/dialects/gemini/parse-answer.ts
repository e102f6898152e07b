import type { ChatAnswer } from '../../protocol/chat-answer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { collectParts } from '../shared/collect-parts.ts';
import { protocolError } from '../shared/read.ts';
import { parseChunks } from './parse-stream.ts';

/** A whole answer is a stream of one chunk, so that both are read alike. */
export function parseAnswer(body: JsonObject): ChatAnswer {
  const parser = parseChunks('whole');
  const parts = [...parser.push({ name: undefined, data: body }), ...parser.end()];
  const broken = parts.find((part) => part.type === 'error');
  if (broken !== undefined) throw protocolError(`an error in place of an answer: ${broken.error.message}`);
  return collectParts(parts);
}
