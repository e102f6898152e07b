import { readNumber, readString } from '../../wire/read-json.ts';

/** `1280x720` as even numbers of pixels; undefined where it is no size. */
export function readSize(size: unknown): { readonly width: number; readonly height: number } | undefined {
  const [, width, height] = /^(\d{2,4})\s*[x*]\s*(\d{2,4})$/i.exec(readString(size) ?? '') ?? [];
  if (width === undefined || height === undefined) return undefined;
  return { width: evenly(Number(width)), height: evenly(Number(height)) };
}

/** `10`, `"10"` or `"10s"`; undefined where it is no length. */
export function readLength(length: unknown): number | undefined {
  const [, seconds] = /^(\d+(?:\.\d+)?)s?$/.exec(readString(length) ?? '') ?? [];
  return readNumber(length) ?? (seconds === undefined ? undefined : Number(seconds));
}

/** The size whose short side is given, such as 480, in a shape such as `16:9`; undefined where it is no shape. */
export function frameOf(
  shape: string,
  shortSide: number,
): { readonly width: number; readonly height: number } | undefined {
  const [, across, down] = /^(\d{1,2}):(\d{1,2})$/.exec(shape) ?? [];
  const ratio = Number(across) / Number(down);
  if (!(ratio > 0 && ratio < 100)) return undefined;
  return ratio >= 1
    ? { width: evenly(shortSide * ratio), height: shortSide }
    : { width: shortSide, height: evenly(shortSide / ratio) };
}

function evenly(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}
