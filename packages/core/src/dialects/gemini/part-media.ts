import type { MediaBlock, Signature } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { field, fromExtra, known, objectField, ownExtra, readText, spellings, without } from './read.ts';

const partFields = spellings('inlineData', 'fileData', 'thoughtSignature', 'thought');
const wireFields = spellings('data', 'fileUri', 'mimeType');

/** `inlineData` or `fileData` of a part; undefined where it has neither, or one that holds nothing. */
export function parseMedia(part: JsonObject, signature: Signature | undefined): MediaBlock | undefined {
  const inline = objectField(part, 'inlineData');
  const file = objectField(part, 'fileData');
  const data = inline && readText(field(inline, 'data'));
  const uri = file && readText(field(file, 'fileUri'));
  const wire = data === undefined ? file : inline;
  if (wire === undefined || (data === undefined && uri === undefined)) return undefined;
  const name = readText(field(wire, 'displayName'));
  const rest = without(part, partFields);
  const wireRest = without(wire, wireFields);
  return {
    type: 'media',
    mediaType: readText(field(wire, 'mimeType')),
    source: data === undefined ? { kind: 'url', url: uri ?? '' } : { kind: 'base64', data },
    ...known({ name, signature }),
    ...ownExtra({ ...rest, ...known({ [data === undefined ? 'fileData' : 'inlineData']: wireRest }) }),
  };
}

/** The part for a medium, without its signature; undefined, and named, where Gemini has no way to show it. */
export function renderMedia(block: MediaBlock, drop: (name: string) => void): JsonObject | undefined {
  const { inlineData: _, fileData: __, ...rest } = fromExtra(block.extra);
  const file = fromExtra(block.extra, 'fileData');
  const inline = fromExtra(block.extra, 'inlineData');
  // Only Vertex takes a name, so one that did not come in Gemini's own words stays here.
  const isNamed = field(file, 'displayName') !== undefined || field(inline, 'displayName') !== undefined;
  if (block.name !== undefined && !isNamed) drop('file.filename');
  if (block.detail !== undefined && block.detail !== 'auto') drop('image_url.detail');
  const { source } = block;
  const dataUrl = source.kind === 'url' ? readDataUrl(source.url) : undefined;
  if (dataUrl !== undefined) return { ...rest, inlineData: { ...inline, ...dataUrl } };
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
      return { ...rest, fileData: { ...file, ...known({ mimeType }), fileUri: source.url } };
    }
    default:
      drop('file.file_id');
      return undefined;
  }
}

/** `image/*` says too little for Gemini. */
function exactType(mediaType: string | undefined): string | undefined {
  return mediaType?.endsWith('/*') === true ? undefined : mediaType;
}

function readDataUrl(url: string): JsonObject | undefined {
  const match = /^data:([^,]*?)(;base64)?,/i.exec(url);
  if (match === null) return undefined;
  const [head, mimeType, isBase64] = match;
  const data = url.slice(head.length);
  return {
    mimeType: mimeType === undefined || mimeType === '' ? 'text/plain' : mimeType,
    data: isBase64 === undefined ? Buffer.from(unescapeUrl(data)).toString('base64') : data,
  };
}

function unescapeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** How the base64 of common files begins: Gemini refuses data without an exact type. */
const beginnings: readonly (readonly [string, string])[] = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
  ['JVBERi0', 'application/pdf'],
];

function mediaTypeOf(mediaType: string | undefined, data: string): string {
  const exact = exactType(mediaType);
  if (exact !== undefined) return exact;
  const guess = beginnings.find(([beginning]) => data.startsWith(beginning))?.[1];
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
