import type { AnswerScript } from '../../replies/scripted-reply.ts';
import { jsonAnswer, type PlannedAnswer, streamAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { checkShape } from '../../wire/check-shape.ts';
import { isJsonObject, type JsonObject, readList } from '../../wire/read-json.ts';
import { renameFields } from '../../wire/rename-fields.ts';
import { answerContent } from './answer-content.ts';
import { answerEmbedding } from './answer-embedding.ts';
import { answerMedia, joinMedia } from './answer-media.ts';
import { answerPredict } from './answer-predict.ts';
import { checkContents } from './check-contents.ts';
import { checkGeneration } from './check-generation.ts';
import { checkMedia } from './check-media.ts';
import { checkTools } from './check-tools.ts';
import { countByModality, countRequest } from './count-content.ts';
import { geminiFacts } from './gemini-facts.ts';
import { type GoogleProblem, invalid } from './google-errors.ts';
import { googleJson } from './google-headers.ts';
import type { GeminiMethod } from './model-kinds.ts';
import { renderContent } from './render-content.ts';
import { renderContentStream } from './render-content-stream.ts';
import { countShape, generateShape, type Place } from './request-shape.ts';
import { wordProblem } from './word-problem.ts';

export interface ContentQuestion {
  readonly operation: GeminiMethod;
  readonly model: string;
  /** `alt=sse`; a JSON array otherwise. */
  readonly isSse: boolean;
  readonly seed: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Gemini behind either address: checks a request and answers it. */
export type GeminiService = (
  request: RecordedRequest,
  question: ContentQuestion,
) => PlannedAnswer | GoogleProblem;

export function createGeminiService({
  place,
  script,
}: {
  readonly place: Place;
  readonly script: AnswerScript | undefined;
}): GeminiService {
  return (request, { operation, model, isSse, seed, now }) => {
    if (operation === 'predict') return answerPredict(request, { model, script });
    if (operation === 'embedContent' || operation === 'batchEmbedContents') {
      return answerEmbedding(request.body, { method: operation, model, place });
    }
    const isCount = operation === 'countTokens';
    const shape = isCount ? countShape(place) : generateShape(place);
    const body = renameFields(request.body, shape);
    if (!isJsonObject(body)) {
      return invalid('Invalid JSON payload received. Unexpected end of string. Expected a value.');
    }
    const misfit = checkShape(body, shape);
    if (misfit !== undefined) return wordProblem(misfit);
    const whole = isJsonObject(body.generateContentRequest) ? body.generateContentRequest : body;
    const facts = geminiFacts(model);
    const contents = readList(whole.contents).filter(isJsonObject);
    const problem =
      checkContents(contents, facts, place) ??
      checkTools(whole) ??
      checkGeneration(whole, facts) ??
      (isCount ? undefined : checkMedia(whole, model));
    if (problem !== undefined) return invalid(problem);
    if (isCount) return jsonAnswer(200, renderCount(whole, place), googleJson);

    const isStream = operation === 'streamGenerateContent';
    const media = answerMedia(request, body, { place, model, script, seed, now });
    if (media !== undefined && !isStream) return jsonAnswer(200, joinMedia(media), googleJson);
    const answer = answerContent(request, body, { place, model, script, seed, now, isStream });
    if (!isStream) return jsonAnswer(200, renderContent(answer), googleJson);
    const chunks = media ?? renderContentStream(answer);
    return isSse
      ? streamAnswer(toEvents(chunks), { 'content-type': 'text/event-stream' })
      : streamAnswer(toArray(chunks), { 'content-type': googleJson.contentType });
  };
}

function renderCount(body: JsonObject, place: Place): JsonObject {
  const totalTokens = countRequest(body);
  return {
    totalTokens,
    ...(place === 'vertex' ? { totalBillableCharacters: JSON.stringify(body.contents).length } : {}),
    promptTokensDetails: countByModality(body),
  };
}

function* toEvents(chunks: Iterable<JsonObject>): Generator<string> {
  for (const chunk of chunks) yield `data: ${JSON.stringify(chunk)}\r\n\r\n`;
}

/** The elements of one JSON array, which is not complete before the end. */
function* toArray(chunks: Iterable<JsonObject>): Generator<string> {
  let before = '[';
  for (const chunk of chunks) {
    yield `${before}${JSON.stringify(chunk, null, 2)}\n`;
    before = ',\r\n';
  }
  yield ']';
}

/** An error in a stream that has begun, in the stream's own framing; `afterEvents` of it went before. */
export function writeGoogleError(error: unknown, isSse: boolean, afterEvents: number): string {
  if (isSse) return `data: ${JSON.stringify(error)}\r\n\r\n`;
  return `${afterEvents === 0 ? '[' : ',\r\n'}${JSON.stringify(error, null, 2)}\n]`;
}
