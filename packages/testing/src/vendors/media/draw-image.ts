import { makeJpeg } from '../../media-files/make-jpeg.ts';
import { makePng, type PngSettings } from '../../media-files/make-png.ts';
import { makeWebp } from '../../media-files/make-webp.ts';
import { type PlannedAnswer, wholeAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';

export type ImageFormat = 'png' | 'jpeg' | 'webp';

export interface Drawing extends PngSettings {
  readonly format: ImageFormat;
}

/** A valid file of the format and size. */
export function drawImage({ format, ...settings }: Drawing): Buffer {
  switch (format) {
    case 'jpeg':
      return makeJpeg(settings);
    case 'webp':
      return makeWebp(settings);
    default:
      return makePng(settings);
  }
}

export function readFormat(value: unknown): ImageFormat {
  return value === 'jpeg' || value === 'webp' ? value : 'png';
}

/** Pixels out of `1024x768`; undefined for what is no size. */
export function readSize(size: unknown): { readonly width: number; readonly height: number } | undefined {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(String(size)) ?? [];
  return width === undefined || height === undefined
    ? undefined
    : { width: Number(width), height: Number(height) };
}

const folder = '/simulated-images';

/** Where the image can be had, from the same server, without a key. Its name says what it is, so nothing is kept. */
export function linkImage(origin: string, { width, height, seed, format }: Drawing): string {
  return `${origin}${folder}/${width}x${height}/${encodeURIComponent(seed)}.${format}`;
}

/** The image that a link of the server's own leads to; undefined for any other request. */
export function serveImage({ method, path }: RecordedRequest): PlannedAnswer | undefined {
  if (method !== 'GET' || !path.startsWith(`${folder}/`)) return undefined;
  const [, size, seed, extension] =
    /^\/(\w+)\/([^/?]+)\.(png|jpeg|webp)/.exec(path.slice(folder.length)) ?? [];
  const pixels = readSize(size);
  if (pixels === undefined || seed === undefined) return undefined;
  const format = readFormat(extension);
  const bytes = drawImage({ ...pixels, format, seed: decodeURIComponent(seed) });
  return wholeAnswer(200, bytes, { 'content-type': `image/${format}` });
}
