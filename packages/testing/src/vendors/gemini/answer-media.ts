import { makePcm, speechRate } from '../../media-files/make-wav.ts';
import { countTokens } from '../../replies/count-tokens.ts';
import type { AnswerScript } from '../../replies/scripted-reply.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { wordOf } from '../../wire/hash-text.ts';
import { isJsonObject, type JsonObject } from '../../wire/read-json.ts';
import { lengthOfSpeech, pitchOf } from '../media/answer-speech.ts';
import { planImages } from '../media/plan-images.ts';
import { readVoice } from './check-media.ts';
import { countByModality, countRequest } from './count-content.ts';
import { drawPart, tokensPerImage } from './draw-content.ts';
import { kindOf } from './model-kinds.ts';
import { readPrompt } from './read-prompt.ts';
import { renderHead } from './render-content.ts';
import type { Place } from './request-shape.ts';

interface Circumstances {
  readonly place: Place;
  readonly model: string;
  readonly script: AnswerScript | undefined;
  readonly seed: string;
  readonly now: number;
}

/** An answer of images or speech: parts in their order, why it ended, and what it took. */
interface MadeContent {
  readonly parts: readonly JsonObject[];
  readonly finish: JsonObject;
  /** Tokens by modality. */
  readonly tokens: Readonly<Record<string, number>>;
}

/** The chunks of an answer that holds images or speech; joined where it is not streamed. Undefined for a model that talks only. */
export function answerMedia(
  request: RecordedRequest,
  body: JsonObject,
  circumstances: Circumstances,
): readonly JsonObject[] | undefined {
  const kind = kindOf(circumstances.model);
  if (kind !== 'image' && kind !== 'speech') return undefined;
  const made = kind === 'speech' ? speak(body, circumstances) : draw(request, body, circumstances);
  const { seed, now } = circumstances;
  const head = renderHead({ ...circumstances, responseId: wordOf(seed, 22), createdAt: now });
  const usage = countUsage(body, made?.tokens ?? {}, circumstances.place);
  if (made === undefined) {
    return [{ promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: usage, ...head }];
  }
  const steps = made.parts.length === 0 ? [undefined] : made.parts;
  return steps.map((part, index) => {
    const isLast = index === steps.length - 1;
    const content = part === undefined ? {} : { content: { parts: [part], role: 'model' } };
    return {
      candidates: [{ ...content, ...(isLast ? made.finish : {}), index: 0 }],
      usageMetadata: usage,
      ...head,
    };
  });
}

/** The same answer in one piece: what was said in pieces is one part. */
export function joinMedia(chunks: readonly JsonObject[]): JsonObject {
  const candidates = chunks
    .flatMap(({ candidates: of }) => (Array.isArray(of) ? of : []))
    .filter(isJsonObject);
  const last = candidates.at(-1);
  if (last === undefined) return chunks[0] ?? {};
  const parts = candidates.flatMap(({ content }) =>
    isJsonObject(content) && Array.isArray(content.parts) ? content.parts.filter(isJsonObject) : [],
  );
  const content = parts.length === 0 ? {} : { content: { parts: joinAudio(parts), role: 'model' } };
  return { ...chunks.at(-1), candidates: [{ ...content, ...without(last, 'content') }] };
}

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
}

function joinAudio(parts: readonly JsonObject[]): readonly JsonObject[] {
  const data = parts.map(({ inlineData }) => inlineData).filter(isJsonObject);
  const isAudio = data.length === parts.length && data.every(({ mimeType }) => mimeType === audioType);
  if (!isAudio) return parts;
  const bytes = Buffer.concat(data.map((piece) => Buffer.from(String(piece.data), 'base64')));
  return [audioPart(bytes)];
}

/** A drawing, with a word before it where text is not ruled out; undefined for a prompt that is refused. */
function draw(
  request: RecordedRequest,
  body: JsonObject,
  { model, script }: Circumstances,
): MadeContent | undefined {
  const config = isJsonObject(body.generationConfig) ? body.generationConfig : {};
  const prompt = promptOf(body, model);
  const [image] = planImages({ request, script, prompt, count: 1 }) ?? [];
  if (image === undefined) return undefined;
  if (image.isFiltered) {
    const finishMessage =
      "Unable to show the generated image. The image was filtered out because it violated Google's Generative AI Prohibited Use policy.";
    return { parts: [], finish: { finishReason: 'IMAGE_SAFETY', finishMessage }, tokens: {} };
  }
  const isSilent = Array.isArray(config.responseModalities) && !config.responseModalities.includes('TEXT');
  const words = isSilent ? undefined : (image.revisedPrompt ?? 'Here is your image:');
  return {
    parts: [...(words === undefined ? [] : [{ text: words }]), drawPart(config, image.seed)],
    finish: { finishReason: 'STOP' },
    tokens: { IMAGE: tokensPerImage, ...(words === undefined ? {} : { TEXT: countTokens(words) }) },
  };
}

const audioType = `audio/L16;codec=pcm;rate=${speechRate}`;
const tokensPerSecond = 25;

/** Half a second of sound in every part. */
const bytesPerPart = speechRate;

function speak(body: JsonObject, { model }: Circumstances): MadeContent {
  const config = isJsonObject(body.generationConfig) ? body.generationConfig : {};
  const voice = isJsonObject(config.speechConfig) ? readVoice(config.speechConfig) : undefined;
  const seconds = lengthOfSpeech(promptOf(body, model), 1);
  const pcm = makePcm({ seconds, pitch: pitchOf(voice) });
  const count = Math.ceil(pcm.length / bytesPerPart);
  return {
    parts: Array.from({ length: count }, (_, index) =>
      audioPart(pcm.subarray(index * bytesPerPart, (index + 1) * bytesPerPart)),
    ),
    finish: { finishReason: 'STOP' },
    tokens: { AUDIO: Math.ceil(seconds * tokensPerSecond) },
  };
}

function audioPart(bytes: Buffer): JsonObject {
  return { inlineData: { mimeType: audioType, data: bytes.toString('base64') } };
}

function promptOf(body: JsonObject, model: string): string {
  return readPrompt(body, model).messages.findLast(({ role }) => role === 'user')?.text ?? '';
}

function countUsage(body: JsonObject, tokens: Readonly<Record<string, number>>, place: Place): JsonObject {
  const prompt = countRequest(body);
  const made = Object.values(tokens).reduce((sum, count) => sum + count, 0);
  const details = Object.entries(tokens).map(([modality, tokenCount]) => ({ modality, tokenCount }));
  return {
    promptTokenCount: prompt,
    ...(made > 0 ? { candidatesTokenCount: made } : {}),
    totalTokenCount: prompt + made,
    promptTokensDetails: countByModality(body),
    ...(made > 0 ? { candidatesTokensDetails: details } : {}),
    ...(place === 'vertex' ? { trafficType: 'ON_DEMAND' } : { serviceTier: 'standard' }),
  };
}
