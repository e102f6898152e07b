import type { MediaBlock, Source } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { keep, ownExtra } from './own-extra.ts';
import { asName, asObject, asText, compact, isObject, omit, optional, refuse } from './read.ts';

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
  const rest = omit(part, [
    'type',
    'image_url',
    'file_id',
    ...(known !== undefined || detail === null ? ['detail'] : []),
  ]);
  const base = {
    type: 'media',
    ...optional('detail', known ?? nearest),
    ...cacheOf(part),
    ...keep(rest),
  } as const;
  if (asName(url) !== undefined) return { ...base, ...parseUrl(asText(url) ?? '', 'image/*') };
  if (asName(id) !== undefined) {
    return { ...base, mediaType: 'image/*', source: { kind: 'id', id: asText(id) ?? '' } };
  }
  return refuse(`${at}.image_url`, 'an address or a data URL is needed, or a file_id');
}

function parseFile(part: JsonObject, at: string): MediaBlock {
  const { file_data: data, file_url: url, file_id: id, filename } = part;
  const name = asText(filename);
  const base = {
    type: 'media',
    ...(name === undefined || unnamed.test(name) ? {} : { name }),
    ...cacheOf(part),
    ...keep(omit(part, ['type', 'file_data', 'file_url', 'file_id', 'filename'])),
  } as const;
  const text = asText(data);
  if (text !== undefined) {
    return text.startsWith('data:')
      ? { ...base, ...parseUrl(text, undefined) }
      : { ...base, mediaType: undefined, source: { kind: 'base64', data: text } };
  }
  if (asName(url) !== undefined) {
    return { ...base, mediaType: undefined, source: { kind: 'url', url: asText(url) ?? '' } };
  }
  if (asName(id) !== undefined) {
    return { ...base, mediaType: undefined, source: { kind: 'id', id: asText(id) ?? '' } };
  }
  return refuse(`${at}.file_data`, 'a data URL is needed, or a file_url or file_id');
}

function parseAudio(part: JsonObject, at: string): MediaBlock {
  const audio = asObject(part['input_audio']);
  const data = asText(audio['data']);
  const format = asName(audio['format']);
  if (data === undefined) refuse(`${at}.input_audio.data`, 'it must be base64 text');
  if (format === undefined) refuse(`${at}.input_audio.format`, 'it must be "mp3" or "wav"');
  return {
    type: 'media',
    mediaType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
    source: { kind: 'base64', data },
    ...cacheOf(part),
    ...keep(omit(part, ['type', 'input_audio'])),
  };
}

/** A data URL holds the bytes and says what they are. */
function parseUrl(
  url: string,
  otherwise: string | undefined,
): { mediaType: string | undefined; source: Source } {
  const comma = url.indexOf(',');
  const head = url.slice(0, Math.max(comma, 0));
  if (!head.startsWith('data:') || !head.endsWith(';base64')) {
    return { mediaType: otherwise, source: { kind: 'url', url } };
  }
  const mediaType = head.slice('data:'.length, -';base64'.length);
  return {
    mediaType: mediaType === '' ? otherwise : mediaType,
    source: { kind: 'base64', data: url.slice(comma + 1) },
  };
}

/** A mark of the caller's own cache policy is one for the other dialects too; how long it lasts stays in `extra`. */
export function cacheOf(part: JsonObject): { cache?: Record<string, never> } {
  return isObject(part['prompt_cache_breakpoint']) ? { cache: {} } : {};
}

export function renderMedia(block: MediaBlock, dropped: Set<string>): JsonObject {
  const { source, mediaType = '', name, detail } = block;
  const own = ownExtra(block.extra);
  if (source.kind === 'text') {
    if (name !== undefined) dropped.add('messages.filename');
    return { type: 'input_text', text: source.text };
  }
  if (mediaType.startsWith('image/')) {
    if (name !== undefined) dropped.add('messages.filename');
    return compact({ type: 'input_image', ...imageAddress(source, mediaType), detail, ...own });
  }
  const format = audioFormats[mediaType];
  if (format !== undefined && source.kind === 'base64') {
    return { type: 'input_audio', input_audio: { data: source.data, format }, ...own };
  }
  return compact({ type: 'input_file', ...fileAddress(source, mediaType, name), ...own });
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
