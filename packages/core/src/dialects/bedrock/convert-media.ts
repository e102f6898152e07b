import type { MediaBlock, Source } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { listOf, objectOf, optional, restOf, stringOf } from '../shared/read.ts';
import { readDataUrl } from '../shared/read-data-url.ts';
import { sniffMediaType } from '../shared/sniff-media-type.ts';
import { extraOf, ownOf } from './own-extra.ts';

export type MediaKind = 'image' | 'document' | 'video' | 'audio';

/** Bedrock's formats by media type; of several types for a format the first is the one that is given back. */
const formats: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  image: {
    'image/png': 'png',
    'image/jpeg': 'jpeg',
    'image/gif': 'gif',
    'image/webp': 'webp',
    'image/jpg': 'jpeg',
  },
  document: {
    'application/pdf': 'pdf',
    'text/csv': 'csv',
    'application/msword': 'doc',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'text/html': 'html',
    'text/plain': 'txt',
    'text/markdown': 'md',
  },
  video: {
    'video/x-matroska': 'mkv',
    'video/quicktime': 'mov',
    'video/mp4': 'mp4',
    'video/webm': 'webm',
    'video/x-flv': 'flv',
    'video/mpeg': 'mpeg',
    'video/mpg': 'mpg',
    'video/x-ms-wmv': 'wmv',
    'video/3gpp': 'three_gp',
  },
  audio: {
    'audio/mpeg': 'mp3',
    'audio/mp3': 'mp3',
    'audio/wav': 'wav',
    'audio/x-wav': 'wav',
    'audio/aac': 'aac',
    'audio/flac': 'flac',
    'audio/mp4': 'mp4',
    'audio/m4a': 'm4a',
    'audio/ogg': 'ogg',
    'audio/opus': 'opus',
    'audio/pcm': 'pcm',
    'audio/webm': 'webm',
  },
};

export const mediaKinds: readonly MediaKind[] = ['image', 'document', 'video', 'audio'];

/** One `image`, `document`, `video` or `audio`; undefined where its source is none that the vocabulary knows. */
export function parseMedia(kind: MediaKind, media: JsonObject): MediaBlock | undefined {
  const wireSource = objectOf(media['source']);
  const source = wireSource && parseSource(wireSource);
  if (wireSource === undefined || source === undefined) return undefined;
  const format = stringOf(media['format']);
  const known = kind === 'document' ? ['name', 'context', 'citations'] : [];
  const extra = {
    ...restOf(media, ['format', 'source', ...known]),
    ...(isWhole(wireSource, source) ? {} : { source: wireSource }),
    ...(format !== undefined && mediaTypeOf(kind, format) === undefined ? { format } : {}),
  };
  return {
    type: 'media',
    mediaType:
      format === undefined
        ? unknownType(kind)
        : (mediaTypeOf(kind, format) ?? `${kind === 'document' ? 'application' : kind}/${format}`),
    source,
    ...optional('name', kind === 'document' ? stringOf(media['name']) : undefined),
    ...(kind === 'document' ? parseWishes(media) : {}),
    ...extraOf(extra),
  };
}

/** What is wished of a document: that it is cited, and what is to be known about it. */
function parseWishes(media: JsonObject): Pick<MediaBlock, 'isCited' | 'context'> {
  const enabled = objectOf(media['citations'])?.['enabled'];
  return {
    ...optional('isCited', typeof enabled === 'boolean' ? enabled : undefined),
    ...optional('context', stringOf(media['context'])),
  };
}

function unknownType(kind: MediaKind): string | undefined {
  return kind === 'document' ? undefined : `${kind}/*`;
}

function mediaTypeOf(kind: MediaKind, format: string): string | undefined {
  return Object.entries(formats[kind]).find(([, known]) => known === format)?.[0];
}

function parseSource(source: JsonObject): Source | undefined {
  const bytes = stringOf(source['bytes']);
  if (bytes !== undefined) return { kind: 'base64', data: bytes };
  const uri = stringOf(objectOf(source['s3Location'])?.['uri']);
  if (uri !== undefined) return { kind: 'url', url: uri };
  const text = stringOf(source['text']);
  if (text !== undefined) return { kind: 'text', text };
  const pieces = listOf(source['content']).map((piece) => stringOf(objectOf(piece)?.['text']));
  return pieces.length === 0 ? undefined : { kind: 'text', text: pieces.join('\n\n') };
}

/** Whether the vocabulary's source says all that the wire's did. */
function isWhole(wire: JsonObject, source: Source): boolean {
  const field = source.kind === 'base64' ? 'bytes' : source.kind === 'url' ? 's3Location' : 'text';
  const location = objectOf(wire['s3Location']);
  return (
    restOf(wire, [field]) === undefined && (location === undefined || restOf(location, ['uri']) === undefined)
  );
}

/** Which kind of block a medium is; a document where its type says nothing else. */
export function kindOf({ mediaType }: MediaBlock): MediaKind {
  const type = mediaType?.split('/')[0];
  return type === 'image' || type === 'video' || type === 'audio' ? type : 'document';
}

/** The medium as Bedrock wants it, `name` made fit for a document; or the name of what it cannot take. */
export function renderMedia(media: MediaBlock, name: string): JsonObject | string {
  const block = unfold(media);
  const kind = kindOf(block);
  const own = ownOf(block.extra);
  const source = objectOf(own['source']) ?? renderSource(block.source, kind);
  const format = stringOf(own['format']) ?? formatOf(block, kind);
  if (source === undefined) return block.source.kind === 'id' ? 'file_id' : `${kind}_url`;
  // A document may go without; for anything else Bedrock must know.
  if (format === undefined && (kind !== 'document' || block.mediaType !== undefined)) return `${kind}.format`;
  return {
    [kind]: {
      ...own,
      ...optional('format', format),
      ...(kind === 'document' ? { name, ...renderWishes(block) } : {}),
      source,
    },
  };
}

function renderWishes({ isCited, context }: MediaBlock): JsonObject {
  return {
    ...optional('context', context),
    ...optional('citations', isCited === undefined ? undefined : { enabled: isCited }),
  };
}

/** A data URL holds the bytes, and often says better what they are. */
function unfold(block: MediaBlock): MediaBlock {
  const read = block.source.kind === 'url' ? readDataUrl(block.source.url) : undefined;
  if (read === undefined) return block;
  const isKnown = block.mediaType !== undefined && !block.mediaType.endsWith('/*');
  const mediaType = isKnown ? block.mediaType : (read.mediaType ?? block.mediaType);
  return { ...block, mediaType, source: { kind: 'base64', data: read.data } };
}

function formatOf({ mediaType, source }: MediaBlock, kind: MediaKind): string | undefined {
  const type = (mediaType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (Object.hasOwn(formats[kind], type)) return formats[kind][type];
  if (
    kind === 'document' &&
    (source.kind === 'text' || type.startsWith('text/') || type === 'application/json')
  )
    return mediaType === undefined ? undefined : 'txt';
  if (!type.endsWith('/*')) return undefined;
  return sniff(source, kind);
}

/** The format of a picture whose type was not told, by its first bytes in base64, or by the end of its address. */
function sniff(source: Source, kind: MediaKind): string | undefined {
  if (source.kind === 'url') {
    const ending = /\.([a-z0-9]+)$/i.exec(source.url)?.[1]?.toLowerCase();
    return ending !== undefined && Object.values(formats[kind]).includes(ending) ? ending : undefined;
  }
  if (source.kind !== 'base64' || kind !== 'image') return undefined;
  const type = sniffMediaType(source.data, 'image/');
  return type === undefined ? undefined : formats.image[type];
}

function renderSource(source: Source, kind: MediaKind): JsonObject | undefined {
  switch (source.kind) {
    case 'base64':
      return { bytes: source.data };
    case 'text':
      return kind === 'document' ? { text: source.text } : undefined;
    case 'url':
      return source.url.startsWith('s3://') ? { s3Location: { uri: source.url } } : undefined;
    default:
      return undefined;
  }
}
