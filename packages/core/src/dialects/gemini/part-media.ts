import type { MediaBlock, Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { nameWishes } from '../shared/name-foreign.ts';
import { defined, restOf, stringOf } from '../shared/read.ts';
import { readDataUrl } from '../shared/read-data-url.ts';
import { sniffMediaType } from '../shared/sniff-media-type.ts';
import { parseDetail, renderDetail } from './media-detail.ts';
import { extraOf, ownOf } from './own-extra.ts';
import { field, objectField, spellings } from './read.ts';

const partFields = spellings('inlineData', 'fileData', 'thoughtSignature', 'thought');
const resolutionField = spellings('mediaResolution');
const wireFields = spellings('data', 'fileUri', 'mimeType');

/** `inlineData` or `fileData` of a part; undefined where it has neither, or one that holds nothing. */
export function parseMedia(part: JsonObject, signature: Signature | undefined): MediaBlock | undefined {
  const inline = objectField(part, 'inlineData');
  const file = objectField(part, 'fileData');
  const data = inline && stringOf(field(inline, 'data'));
  const uri = file && stringOf(field(file, 'fileUri'));
  const wire = data === undefined ? file : inline;
  if (wire === undefined || (data === undefined && uri === undefined)) return undefined;
  const name = stringOf(field(wire, 'displayName'));
  const mediaType = stringOf(field(wire, 'mimeType'));
  const isPicture = mediaType?.startsWith('image/') === true;
  const detail = isPicture ? parseDetail(objectField(part, 'mediaResolution')) : undefined;
  const rest = restOf(part, detail === undefined ? partFields : [...partFields, ...resolutionField]);
  const wireRest = restOf(wire, wireFields);
  return {
    type: 'media',
    mediaType,
    source: data === undefined ? { kind: 'url', url: uri ?? '' } : { kind: 'base64', data },
    ...defined({ name, detail, signature }),
    ...extraOf({ ...rest, ...defined({ [data === undefined ? 'fileData' : 'inlineData']: wireRest }) }),
  };
}

/** The part for a medium, without its signature; undefined, and named, where Gemini has no way to show it. */
export function renderMedia(block: MediaBlock, drop: (name: string) => void): JsonObject | undefined {
  const { inlineData: _, fileData: __, ...others } = ownOf(block.extra);
  const rest = { ...others, ...renderDetail(block.detail) };
  const file = ownOf(block.extra, 'fileData');
  const inline = ownOf(block.extra, 'inlineData');
  // Only Vertex takes a name, so one that did not come in Gemini's own words stays here.
  const isNamed = field(file, 'displayName') !== undefined || field(inline, 'displayName') !== undefined;
  if (block.name !== undefined && !isNamed) drop('messages.filename');
  nameWishes(block, { add: drop });
  const { source } = block;
  const dataUrl = source.kind === 'url' ? readDataUrl(source.url) : undefined;
  if (dataUrl !== undefined) {
    const { mediaType = 'text/plain', parameters, data } = dataUrl;
    return { ...rest, inlineData: { ...inline, mimeType: mediaType + parameters, data } };
  }
  switch (source.kind) {
    case 'base64':
      return {
        ...rest,
        inlineData: { ...inline, mimeType: mediaTypeOf(block.mediaType, source.data), data: source.data },
      };
    case 'text':
      return {
        ...rest,
        inlineData: {
          ...inline,
          mimeType: block.mediaType ?? 'text/plain',
          data: Buffer.from(source.text).toString('base64'),
        },
      };
    case 'url': {
      const mimeType = exactType(block.mediaType) ?? typeByName(source.url);
      return { ...rest, fileData: { ...file, ...defined({ mimeType }), fileUri: source.url } };
    }
    default:
      drop('messages.file_id');
      return undefined;
  }
}

/** `image/*` says too little for Gemini. */
function exactType(mediaType: string | undefined): string | undefined {
  return mediaType?.endsWith('/*') === true ? undefined : mediaType;
}

function mediaTypeOf(mediaType: string | undefined, data: string): string {
  const exact = exactType(mediaType);
  if (exact !== undefined) return exact;
  const guess = sniffMediaType(data, mediaType?.replace('*', ''));
  return guess ?? (mediaType?.startsWith('image/') === true ? 'image/jpeg' : 'application/octet-stream');
}

const typesByName: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  mp4: 'video/mp4',
  txt: 'text/plain',
};

function typeByName(url: string): string | undefined {
  const name = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase();
  return name !== undefined && Object.hasOwn(typesByName, name) ? typesByName[name] : undefined;
}
