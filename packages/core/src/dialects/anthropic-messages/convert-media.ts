import type { MediaBlock, Source } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Drops } from '../shared/collect-drops.ts';
import { defined, isObject, isSameJson, restOf, stringOf } from '../shared/read.ts';
import { readDataUrl } from '../shared/read-data-url.ts';
import { sniffMediaType } from '../shared/sniff-media-type.ts';
import { parseCache, renderCache } from './convert-cache.ts';
import { extraOf, ownOf } from './own-extra.ts';
import { joinPieces } from './word-block.ts';

/** An `image` or `document`; undefined where its source is of a kind that only Anthropic has. */
export function parseMedia(wire: JsonObject): MediaBlock | undefined {
  const found = parseSource(wire['source'], wire['type'] === 'image');
  if (found === undefined) return undefined;
  const { cache, isKnown } = parseCache(wire['cache_control']);
  const isInPieces = isObject(wire['source']) && wire['source']['type'] === 'content';
  const known = isInPieces ? ['type'] : ['type', 'source'];
  if (isKnown) known.push('cache_control');
  const isDocument = wire['type'] === 'document';
  for (const name of ['title', 'context']) if (isDocument && typeof wire[name] === 'string') known.push(name);
  const isCited = isDocument ? parseCited(wire['citations']) : undefined;
  if (isCited !== undefined) known.push('citations');
  return {
    type: 'media',
    ...found,
    ...(isDocument
      ? defined({ name: stringOf(wire['title']), isCited, context: stringOf(wire['context']) })
      : {}),
    ...defined({ cache }),
    ...extraOf(restOf(wire, known)),
  };
}

/** Undefined for what is more than a yes or no. */
function parseCited(citations: JsonObject[string]): boolean | undefined {
  const enabled = isObject(citations) ? citations['enabled'] : undefined;
  return typeof enabled === 'boolean' && isSameJson(citations, { enabled }) ? enabled : undefined;
}

function parseSource(
  source: JsonObject[string],
  isImage: boolean,
): Pick<MediaBlock, 'mediaType' | 'source'> | undefined {
  if (!isObject(source)) return undefined;
  const data = stringOf(source['data']);
  const mediaType = stringOf(source['media_type']);
  const url = stringOf(source['url']);
  const id = stringOf(source['file_id']);
  const anyImage = isImage ? 'image/*' : undefined;
  switch (source['type']) {
    case 'base64':
      return data === undefined
        ? undefined
        : { mediaType: mediaType ?? anyImage, source: { kind: 'base64', data } };
    case 'text':
      return data === undefined || (mediaType ?? 'text/plain') !== 'text/plain'
        ? undefined
        : { mediaType: 'text/plain', source: { kind: 'text', text: data } };
    case 'content': {
      const text = joinPieces(source['content']);
      return text === undefined ? undefined : { mediaType: 'text/plain', source: { kind: 'text', text } };
    }
    case 'url':
      return url === undefined
        ? undefined
        : { mediaType: anyImage ?? 'application/pdf', source: { kind: 'url', url } };
    case 'file':
      return id === undefined ? undefined : { mediaType: anyImage, source: { kind: 'id', id } };
    default:
      return undefined;
  }
}

/** Undefined for what Claude cannot look at; its name is then among the dropped. */
export function renderMedia(block: MediaBlock, drops: Drops): JsonObject | undefined {
  const { mediaType, source } = unpackDataUrl(block);
  if (block.detail !== undefined && block.detail !== 'auto') drops.add('messages.image_url.detail');
  const tail = { ...renderCache(block.cache), ...ownOf(block.extra) };
  const kind = kindOf(mediaType);
  if (kind === 'image') {
    const image = renderImageSource(mediaType ?? 'image/*', source);
    if (image !== undefined) {
      if (block.name !== undefined) drops.add('messages.image.name');
      return { type: 'image', source: image, ...tail };
    }
  } else if (kind === 'document') {
    const document = renderDocumentSource(mediaType, source);
    if (document !== undefined) {
      const { name: title, context, isCited } = block;
      const citations = isCited === undefined ? undefined : { enabled: isCited };
      return { type: 'document', source: document, ...defined({ title, context, citations }), ...tail };
    }
  }
  drops.add(`messages.${kind}`);
  return undefined;
}

function kindOf(mediaType: string | undefined): string {
  const family = mediaType?.split('/')[0] ?? '';
  return ['image', 'audio', 'video'].includes(family) ? family : 'document';
}

const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

function renderImageSource(mediaType: string, source: Source): JsonObject | undefined {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (source.kind === 'id') return { type: 'file', file_id: source.id };
  if (source.kind === 'text') return undefined;
  const spelled = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
  const type = imageTypes.includes(spelled) ? spelled : sniffMediaType(source.data, 'image/');
  return type === undefined ? undefined : { type: 'base64', media_type: type, data: source.data };
}

function renderDocumentSource(mediaType: string | undefined, source: Source): JsonObject | undefined {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (source.kind === 'id') return { type: 'file', file_id: source.id };
  if (source.kind === 'text') return textSource(source.text);
  if (mediaType === undefined || mediaType === 'application/pdf')
    return { type: 'base64', media_type: 'application/pdf', data: source.data };
  return isText(mediaType) ? textSource(Buffer.from(source.data, 'base64').toString('utf8')) : undefined;
}

function textSource(data: string): JsonObject {
  return { type: 'text', media_type: 'text/plain', data };
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || /^application\/(json|xml|yaml|x-yaml|javascript)\b/.test(mediaType);
}

function unpackDataUrl({ mediaType, source }: MediaBlock): Pick<MediaBlock, 'mediaType' | 'source'> {
  const read = source.kind === 'url' ? readDataUrl(source.url) : undefined;
  if (read === undefined) return { mediaType, source };
  return { mediaType: read.mediaType ?? mediaType, source: { kind: 'base64', data: read.data } };
}
