import type { MediaBlock, Source } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { nameWishes } from '../shared/name-foreign.ts';
import {
  defined,
  entryOf,
  fieldsOf,
  invalid,
  isObject,
  optional,
  restOf,
  stringOf,
  wordOf,
} from '../shared/read.ts';
import { readDataUrl } from '../shared/read-data-url.ts';
import { extraOf, ownOf } from './own-extra.ts';

/** OpenAI wants a name with the bytes of a file. Where there was none, this one is given, and not read back. */
const unnamed = /^unnamed\.[a-z0-9]+$/;

const audioFormats: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/wave': 'wav',
  'audio/x-wav': 'wav',
};

/** The part as a picture, a document or a sound; undefined where it is something else. */
export function parseMediaPart(part: JsonObject, at: string): MediaBlock | undefined {
  switch (part['type']) {
    case 'input_image':
      return parseImage(part, at);
    case 'input_file':
      return parseFile(part, at);
    case 'input_audio':
      return parseAudio(part, at);
    default:
      return undefined;
  }
}

function parseImage(part: JsonObject, at: string): MediaBlock {
  const { image_url: address, file_id: id, detail } = part;
  const url = isObject(address) ? address['url'] : address;
  const known: MediaBlock['detail'] =
    detail === 'auto' || detail === 'low' || detail === 'high' ? detail : undefined;
  // The closest look of the dialects that have no `original`; that one stays in `extra`.
  const nearest: MediaBlock['detail'] = detail === 'original' ? 'high' : undefined;
  const rest = restOf(part, [
    'type',
    'image_url',
    'file_id',
    ...(known !== undefined || detail === null ? ['detail'] : []),
  ]);
  const base = {
    type: 'media',
    ...optional('detail', known ?? nearest),
    ...cacheOf(part),
    ...extraOf(rest),
  } as const;
  if (wordOf(url) !== undefined) return { ...base, ...parseUrl(stringOf(url) ?? '', 'image/*') };
  if (wordOf(id) !== undefined) {
    return { ...base, mediaType: 'image/*', source: { kind: 'id', id: stringOf(id) ?? '' } };
  }
  throw invalid(`${at}.image_url`, 'an address or a data URL is needed, or a file_id');
}

function parseFile(part: JsonObject, at: string): MediaBlock {
  const { file_data: data, file_url: url, file_id: id, filename } = part;
  const name = stringOf(filename);
  const base = {
    type: 'media',
    ...(name === undefined || unnamed.test(name) ? {} : { name }),
    ...cacheOf(part),
    ...extraOf(restOf(part, ['type', 'file_data', 'file_url', 'file_id', 'filename'])),
  } as const;
  const text = stringOf(data);
  if (text !== undefined) {
    return text.startsWith('data:')
      ? { ...base, ...parseUrl(text, undefined) }
      : { ...base, mediaType: undefined, source: { kind: 'base64', data: text } };
  }
  if (wordOf(url) !== undefined) {
    return { ...base, mediaType: undefined, source: { kind: 'url', url: stringOf(url) ?? '' } };
  }
  if (wordOf(id) !== undefined) {
    return { ...base, mediaType: undefined, source: { kind: 'id', id: stringOf(id) ?? '' } };
  }
  throw invalid(`${at}.file_data`, 'a data URL is needed, or a file_url or file_id');
}

function parseAudio(part: JsonObject, at: string): MediaBlock {
  const audio = fieldsOf(part['input_audio']);
  const data = stringOf(audio['data']);
  const format = wordOf(audio['format']);
  if (data === undefined) throw invalid(`${at}.input_audio.data`, 'it must be base64 text');
  if (format === undefined) throw invalid(`${at}.input_audio.format`, 'it must be "mp3" or "wav"');
  return {
    type: 'media',
    mediaType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
    source: { kind: 'base64', data },
    ...cacheOf(part),
    ...extraOf(restOf(part, ['type', 'input_audio'])),
  };
}

/** A data URL holds the bytes and says what they are. */
function parseUrl(
  url: string,
  otherwise: string | undefined,
): { mediaType: string | undefined; source: Source } {
  const read = readDataUrl(url);
  return read === undefined
    ? { mediaType: otherwise, source: { kind: 'url', url } }
    : { mediaType: read.mediaType ?? otherwise, source: { kind: 'base64', data: read.data } };
}

/** A mark of the caller's own cache policy is one for the other dialects too; how long it lasts stays in `extra`. */
export function cacheOf(part: JsonObject): { cache?: Record<string, never> } {
  return isObject(part['prompt_cache_breakpoint']) ? { cache: {} } : {};
}

/** Undefined for what this API cannot look at; its name is then among the dropped. */
export function renderMedia(block: MediaBlock, drops: Drops): JsonObject | undefined {
  const { source, mediaType = '', name, detail } = block;
  const own = ownOf(block.extra);
  nameWishes(block, drops);
  if (source.kind === 'text') {
    if (name !== undefined) drops.add('messages.filename');
    return { type: 'input_text', text: source.text };
  }
  if (mediaType.startsWith('image/')) {
    if (name !== undefined) drops.add('messages.filename');
    return defined({ type: 'input_image', ...imageAddress(source, mediaType), detail, ...own });
  }
  const format = entryOf(audioFormats, mediaType);
  if (format !== undefined && source.kind === 'base64') {
    return { type: 'input_audio', input_audio: { data: source.data, format }, ...own };
  }
  const [kind = ''] = mediaType.split('/');
  if (kind === 'video' || kind === 'audio') {
    drops.add(`messages.${kind}`);
    return undefined;
  }
  return defined({ type: 'input_file', ...fileAddress(source, mediaType, name), ...own });
}

function imageAddress(source: Exclude<Source, { kind: 'text' }>, mediaType: string): JsonObject {
  if (source.kind === 'id') return { file_id: source.id };
  if (source.kind === 'url') return { image_url: source.url };
  // Nobody can read "any picture": the bytes tell what they are.
  const type = mediaType === 'image/*' ? 'image/png' : mediaType;
  return { image_url: `data:${type};base64,${source.data}` };
}

function fileAddress(
  source: Exclude<Source, { kind: 'text' }>,
  mediaType: string,
  name: string | undefined,
): JsonObject {
  if (source.kind === 'id') return { file_id: source.id, ...optional('filename', name) };
  if (source.kind === 'url') return { file_url: source.url, ...optional('filename', name) };
  const extension = /^[a-z0-9.+-]+\/([a-z0-9]+)/.exec(mediaType)?.[1] ?? 'pdf';
  return {
    filename: name ?? `unnamed.${extension === 'plain' ? 'txt' : extension}`,
    file_data: mediaType === '' ? source.data : `data:${mediaType};base64,${source.data}`,
  };
}

/** The item of a picture that the model drew; undefined for any other medium. */
export function renderPicture({ source, mediaType = '', extra }: MediaBlock): JsonObject | undefined {
  if (source.kind !== 'base64' || !mediaType.startsWith('image/')) return undefined;
  const format = mediaType.slice('image/'.length);
  return {
    type: 'image_generation_call',
    status: 'completed',
    result: source.data,
    ...(format === '*' ? {} : { output_format: format }),
    ...ownOf(extra),
  };
}
