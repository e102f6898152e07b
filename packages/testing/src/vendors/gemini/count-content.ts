import { measureAudio } from '../../media-files/measure-audio.ts';
import { countTokens } from '../../replies/count-tokens.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';

/** Of an image or a page; real ones depend on the size. */
const tokensPerMedia = 258;
/** https://ai.google.dev/gemini-api/docs/audio. */
const tokensPerSecond = 32;

/** Tokens of a request's contents, instructions and tools. */
export function countRequest(body: JsonObject): number {
  return countByModality(body).reduce((sum, { tokenCount }) => sum + tokenCount, 0);
}

interface ModalityCount {
  readonly modality: string;
  readonly tokenCount: number;
}

/** The same by what they are of; text always comes first. */
export function countByModality(body: JsonObject): readonly ModalityCount[] {
  const contents = readList(body.contents).filter(isJsonObject);
  const instruction = isJsonObject(body.systemInstruction) ? [body.systemInstruction] : [];
  const parts = [...instruction, ...contents].flatMap(({ parts: of }) => readList(of).filter(isJsonObject));
  const tools = body.tools === undefined ? 0 : countTokens(JSON.stringify(body.tools));
  const counts = new Map([['TEXT', tools + contents.length]]);
  for (const part of parts) {
    const modality = modalityOf(part);
    counts.set(modality, (counts.get(modality) ?? 0) + countPart(part));
  }
  return [...counts].map(([modality, tokenCount]) => ({ modality, tokenCount }));
}

function modalityOf({ text, inlineData, fileData }: JsonObject): string {
  const media = inlineData ?? fileData;
  if (text !== undefined || !isJsonObject(media)) return 'TEXT';
  const [, kind = 'document'] = /^(image|audio|video)\//.exec(String(media.mimeType)) ?? [];
  return kind.toUpperCase();
}

function countPart(part: JsonObject): number {
  const text = readString(part.text);
  if (text !== undefined) return countTokens(text);
  const seconds = audioSeconds(part);
  if (seconds !== undefined) return Math.ceil(seconds * tokensPerSecond);
  if (part.inlineData !== undefined || part.fileData !== undefined) return tokensPerMedia;
  return countTokens(JSON.stringify(part.functionCall ?? part.functionResponse ?? ''));
}

/** The length of a part that holds a recording; undefined for any other. */
export function audioSeconds({ inlineData }: JsonObject): number | undefined {
  if (!isJsonObject(inlineData) || !String(inlineData.mimeType).startsWith('audio/')) return undefined;
  return measureAudio(Buffer.from(String(inlineData.data), 'base64')) ?? 0;
}
