import type { Operation } from '../protocol/call.ts';
import type { JsonLeaf, JsonPath } from './walk-json.ts';

/** How a string of a request is taken: as what somebody has written, as a word of the format, as tokens that nobody can read. */
export type Place = 'text' | 'word' | 'tokens';

/** What a tool is called with, what it gives back, what a caller notes of a call: any name may be in there. */
const data = new Set([
  'args',
  'arguments',
  'response',
  'metadata',
  'labels',
  'variables',
  'output',
  'extra_body',
]);
/** Descriptions of what may be in there. */
const schemas = new Set([
  'parameters',
  'parametersJsonSchema',
  'input_schema',
  'output_schema',
  'schema',
  'json_schema',
  'responseSchema',
  'response_schema',
  'responseJsonSchema',
]);
/** What people write in a schema. */
const described = new Set([
  'description',
  'title',
  'default',
  'const',
  'enum',
  'example',
  'examples',
  '$comment',
]);

/** Words of the formats, and what is signed or sealed: it is good only as it came. */
const words = new Set([
  'model',
  'role',
  'type',
  'object',
  'status',
  'phase',
  'format',
  'detail',
  'id',
  'name',
  'effort',
  'verbosity',
  'mime_type',
  'mimeType',
  'media_type',
  'mediaType',
  'response_format',
  'encoding_format',
  'output_format',
  'size',
  'quality',
  'style',
  'voice',
  'language',
  'languageCode',
  'service_tier',
  'tool_choice',
  'truncation',
  'finish_reason',
  'stop_reason',
  'finishReason',
  'cache_control',
  'prompt_cache_retention',
  'background',
  'signature',
  'thoughtSignature',
  'thought_signature',
  'encrypted_content',
  'encrypted_index',
  'call_id',
  'include',
  'modalities',
  'responseModalities',
  'allowed_tools',
  'allowedFunctionNames',
  'aspect_ratio',
  'fileUri',
  'file_uri',
  'cachedContent',
  'ttl',
  'anthropic_version',
  'anthropic_beta',
  'speed',
]);
const id = /(?:_ids?|Ids?)$/;

/** What files are in, in the formats that have them in JSON. */
const blobs = new Set([
  'data',
  'file_data',
  'b64_json',
  'bytesBase64Encoded',
  'bytes',
  'image',
  'audio',
  'video',
  'mask',
]);
const shortestBlob = 64;

/** Operations whose texts may come as the numbers of tokens. */
const tokenised: ReadonlySet<Operation> = new Set(['completions', 'embeddings', 'moderations', 'rerank']);

/** How a leaf of a request's body is to be taken. `read` gives its text. */
export function placeOf(leaf: JsonLeaf, operation: Operation, read: () => string): Place {
  const { path, type } = leaf;
  const isData = isInData(path);
  if (type === 'number') {
    if (isData) return 'text';
    return isTokens(path, operation) ? 'tokens' : 'word';
  }
  if (type === 'key') return isData && !isNamedHere(path) ? 'text' : 'word';
  if (isData) return 'text';
  const name = nameOf(path);
  if (path.some((step, index) => index < path.length - 1 && typeof step === 'string' && schemas.has(step)))
    return path.some((step) => typeof step === 'string' && described.has(step)) ? 'text' : 'word';
  if (name === 'name' && path[0] === 'messages' && path.length === 3) return 'text';
  return isWord(name, read) ? 'word' : 'text';
}

/** Whether what stands under a name is a word of the format, an id, or a file. */
export function isWord(name: string, read: () => string): boolean {
  return words.has(name) || (id.test(name) && name !== 'user_id') || isBlob(name, read());
}

/** In all of a text that is JSON. */
export function placeInText({ type }: JsonLeaf): Place {
  return type === 'number' || type === 'key' || type === 'string' ? 'text' : 'word';
}

function isInData(path: JsonPath): boolean {
  return path.some((step, index) => {
    if (typeof step !== 'string') return false;
    // `input` is what a tool is called with, but for the whole of what is asked.
    if (step === 'input') return index > 0;
    // The outputs of tools are texts or parts, which are words and texts.
    if (step === 'output') return index > 0 && typeof path[index + 1] === 'string';
    return data.has(step) && !(step === 'response' && index === 0);
  });
}

/** The name of the data itself, in the format's words. */
function isNamedHere(path: JsonPath): boolean {
  return !isInData(path.slice(0, -1));
}

function isTokens([first, second]: JsonPath, operation: Operation): boolean {
  return tokenised.has(operation) && (first === 'input' || first === 'prompt') && typeof second === 'number';
}

/** The name that is nearest to the value. */
function nameOf(path: JsonPath): string {
  for (let at = path.length - 1; at >= 0; at--) {
    const step = path[at];
    if (typeof step === 'string') return step;
  }
  return '';
}

/** A file in the middle of JSON: a data URL, or Base64 where files are. */
function isBlob(name: string, text: string): boolean {
  if (text.length < shortestBlob) return false;
  if (text.startsWith('data:')) {
    const comma = text.slice(0, 256).indexOf(';base64,');
    return comma > 0 && isBase64(text, comma + 8);
  }
  return blobs.has(name) && isBase64(text, 0);
}

function isBase64(text: string, from: number): boolean {
  const other = /[^A-Za-z0-9+/=_-]/g;
  other.lastIndex = from;
  return !other.test(text);
}
