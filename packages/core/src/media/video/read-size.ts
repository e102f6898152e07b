import { invalid } from '../../dialects/shared/read.ts';
import type { Json } from '../../protocol/json.ts';
import { ratioOf } from './fit-video.ts';

/** How long and how large a video is to be, in the ways that callers write it. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a side. */
const smallest = 16;
const largest = 16_384;

/** Seconds. */
const longest = 3_600;

/** 10, "10", "15s", "15 seconds". @throws GatewayError `VE_PARAMETER_INVALID` */
export function readSeconds(value: Json | undefined, name: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const [, digits] =
    /^\s*(\d{1,6}(?:\.\d{1,3})?)\s*(?:s|secs?|seconds?)?\s*$/i.exec(`${textOf(value)}`) ?? [];
  const seconds = Number(digits);
  if (digits === undefined || seconds <= 0 || seconds > longest)
    throw invalid(name, `it must be a number of seconds from 1 to ${longest}, like 8 or "8s"`);
  return seconds;
}

/** "1280x720". @throws GatewayError `VE_PARAMETER_INVALID` */
export function readSize(value: Json | undefined, name: string): Size | undefined {
  if (value === undefined || value === null) return undefined;
  const size = sizeIn(value);
  if (size === undefined) throw badSize(name);
  return size;
}

export function badSize(name: string): Error {
  return invalid(name, 'it must be width and height in pixels, like "1280x720"');
}

/** Undefined for what is no size. */
export function sizeIn(value: Json): Size | undefined {
  const [, across, down] = /^\s*(\d{2,5})\s*[x*×]\s*(\d{2,5})\s*$/i.exec(textOf(value) ?? '') ?? [];
  const size = { width: Number(across), height: Number(down) };
  return across !== undefined && isSide(size.width) && isSide(size.height) ? size : undefined;
}

function isSide(pixels: number): boolean {
  return pixels >= smallest && pixels <= largest;
}

/** Pixels of one side. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readSide(value: Json | undefined, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const pixels = Number(/^\d{1,5}$/.exec(textOf(value) ?? '')?.[0] ?? Number.NaN);
  if (!isSide(pixels))
    throw invalid(name, `it must be a whole number of pixels from ${smallest} to ${largest}`);
  return pixels;
}

/** "16:9". @throws GatewayError `VE_PARAMETER_INVALID` */
export function readRatio(value: Json | undefined, name: string): string | undefined {
  if (value === undefined || value === null || value === '' || value === 'auto') return undefined;
  const text = textOf(value) ?? '';
  if (ratioOf(text) === undefined) throw invalid(name, 'it must be a ratio of width to height, like "16:9"');
  return text;
}

/** How many. @throws GatewayError `VE_PARAMETER_INVALID` */
export function readNumber(value: Json | undefined, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const count = Number(/^\d{1,3}$/.exec(textOf(value) ?? '')?.[0] ?? Number.NaN);
  if (!(count >= 1 && count <= 10)) throw invalid(name, 'it must be a whole number from 1 to 10');
  return count;
}

function textOf(value: Json): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
