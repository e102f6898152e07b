import type { MediaBlock, Source } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { defined, objectOf, restOf, stringOf, wordOf } from '../shared/read.ts';
import { readDataUrl } from '../shared/read-data-url.ts';
import { extraOf } from './own-extra.ts';

/** A content part as a block; nothing where it is no picture, sound, film or document that can be read. */
export function parseMedia(part: JsonObject): MediaBlock | undefined {
  switch (part['type']) {
    case 'image_url':
      return parseUrlPart(part, 'image_url', 'image/*');
    case 'video_url':
      return parseUrlPart(part, 'video_url', 'video/*');
    case 'audio_url':
      return parseUrlPart(part, 'audio_url', 'audio/*');
    case 'input_audio':
      return parseAudio(part);
    case 'file':
      return parseFile(part);
    case 'document_url':
      return parseDocumentUrl(part);
    default:
      return undefined;
  }
}

const markFields = ['type', 'cache_control'];
const details = ['auto', 'low', 'high'] as const;

function parseUrlPart(part: JsonObject, field: string, mediaType: string): MediaBlock | undefined {
  // Mistral takes the URL itself in place of the object.
  const inner = objectOf(part[field]) ?? { url: part[field] };
  const url = wordOf(inner['url']);
  if (url === undefined) return undefined;
  const detail = field === 'image_url' ? details.find((known) => known === inner['detail']) : undefined;
  const restOfInner = restOf(inner, detail === undefined ? ['url'] : ['url', 'detail']);
  return {
    type: 'media',
    ...parseUrl(url, mediaType),
    ...defined({ detail }),
    ...extraOf(defined({ ...restOf(part, [...markFields, field]), [field]: restOfInner })),
  };
}

/** A `data:` URL holds the bytes themselves. */
function parseUrl(
  url: string,
  unknown: string | undefined,
): { readonly mediaType: string | undefined; readonly source: Source } {
  const read = readDataUrl(url);
  return read === undefined
    ? { mediaType: unknown, source: { kind: 'url', url } }
    : { mediaType: read.mediaType ?? unknown, source: { kind: 'base64', data: read.data } };
}

function parseAudio(part: JsonObject): MediaBlock | undefined {
  const inner = objectOf(part['input_audio']);
  const data = wordOf(inner?.['data']);
  if (inner === undefined || data === undefined) return undefined;
  const format = wordOf(inner['format']);
  const mediaType = format === undefined ? 'audio/*' : audioType(format);
  // Qwen takes a URL there, or a `data:` URL.
  const read = /^(data:|https?:)/i.test(data)
    ? parseUrl(data, mediaType)
    : { mediaType, source: { kind: 'base64', data } as const };
  return {
    type: 'media',
    ...read,
    ...extraOf(
      defined({
        ...restOf(part, [...markFields, 'input_audio']),
        input_audio: restOf(inner, ['data', 'format']),
      }),
    ),
  };
}

function audioType(format: string): string {
  return format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
}

function audioFormat(mediaType: string): string {
  const subtype = mediaType.slice('audio/'.length).replace(/;.*/, '').replace(/^x-/, '');
  if (subtype === 'mpeg' || subtype === 'mpga') return 'mp3';
  return subtype === 'wave' || subtype === 'vnd.wave' || subtype === '*' ? 'wav' : subtype;
}

function parseFile(part: JsonObject): MediaBlock | undefined {
  const inner = objectOf(part['file']);
  const data = wordOf(inner?.['file_data']);
  const id = wordOf(inner?.['file_id']);
  if (inner === undefined || (data === undefined && id === undefined)) return undefined;
  const rest = restOf(inner, ['file_data', 'file_id', 'filename']);
  return {
    type: 'media',
    ...(data === undefined ? { mediaType: undefined, source: idSource(id ?? '') } : parseFileData(data)),
    ...defined({ name: stringOf(inner['filename']) }),
    ...extraOf(defined({ ...restOf(part, [...markFields, 'file']), file: rest })),
  };
}

function idSource(id: string): Source {
  return { kind: 'id', id };
}

function parseFileData(data: string): ReturnType<typeof parseUrl> {
  if (/^(data:|https?:)/i.test(data)) return parseUrl(data, undefined);
  return { mediaType: 'application/pdf', source: { kind: 'base64', data } };
}

function parseDocumentUrl(part: JsonObject): MediaBlock | undefined {
  const url = wordOf(part['document_url']);
  if (url === undefined) return undefined;
  const name = wordOf(part['document_name']);
  const rest = restOf(part, [...markFields, 'document_url', 'document_name']);
  return {
    type: 'media',
    ...parseUrl(url, undefined),
    ...(name === undefined ? {} : { name }),
    ...extraOf(rest),
  };
}

/** The bytes, as a `data:` URL, or the URL; nothing for an id or plain text. */
function urlOf({ mediaType, source }: MediaBlock, unknown: string): string | undefined {
  if (source.kind === 'url') return source.url;
  return source.kind === 'base64' ? `data:${mediaType ?? unknown};base64,${source.data}` : undefined;
}

type DocumentUrls = 'file_data' | 'document_url' | 'none';

/** The part for a block; nothing where the dialect has none for it. */
export function renderMedia(block: MediaBlock, documentUrls: DocumentUrls): JsonObject | undefined {
  const { mediaType = '', source } = block;
  if (source.kind === 'id')
    return { type: 'file', file: defined({ file_id: source.id, filename: block.name }) };
  if (source.kind === 'text') return { type: 'text', text: titled(block.name, source.text) };
  const kind = mediaType.split('/', 1)[0];
  if (kind === 'image') {
    const url = urlOf(block, 'image/png');
    return { type: 'image_url', image_url: defined({ url, detail: block.detail }) };
  }
  if (kind === 'video') return { type: 'video_url', video_url: defined({ url: urlOf(block, 'video/mp4') }) };
  if (kind === 'audio') {
    const data = source.kind === 'url' ? source.url : source.data;
    return { type: 'input_audio', input_audio: { data, format: audioFormat(mediaType) } };
  }
  return renderDocument(block, documentUrls);
}

function titled(name: string | undefined, text: string): string {
  return name === undefined ? text : `${name}\n\n${text}`;
}

function renderDocument(block: MediaBlock, documentUrls: DocumentUrls): JsonObject | undefined {
  const { source, name } = block;
  const url = urlOf(block, 'application/pdf');
  if (source.kind === 'url') {
    if (documentUrls === 'document_url')
      return defined({ type: 'document_url', document_url: url, document_name: name });
    if (documentUrls === 'none') return undefined;
  }
  // OpenAI refuses data without a name.
  return { type: 'file', file: defined({ filename: name ?? 'document.pdf', file_data: url }) };
}
