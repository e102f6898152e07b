import { countTokens } from '../../replies/count-tokens.ts';
import { isJsonObject, type JsonObject, readList, readString } from '../../wire/read-json.ts';

/** Of an image, a page or a second of sound; real ones depend on the size. */
const tokensPerMedia = 258;

/** Tokens of a request's contents, instructions and tools. */
export function countRequest(body: JsonObject): number {
  const contents = readList(body.contents).filter(isJsonObject);
  const instruction = isJsonObject(body.systemInstruction) ? [body.systemInstruction] : [];
  const parts = [...instruction, ...contents].flatMap(({ parts: of }) => readList(of).filter(isJsonObject));
  const tools = body.tools === undefined ? 0 : countTokens(JSON.stringify(body.tools));
  return parts.reduce((sum, part) => sum + countPart(part), tools) + contents.length;
}

function countPart(part: JsonObject): number {
  const text = readString(part.text);
  if (text !== undefined) return countTokens(text);
  if (part.inlineData !== undefined || part.fileData !== undefined) return tokensPerMedia;
  return countTokens(JSON.stringify(part.functionCall ?? part.functionResponse ?? ''));
}
