import { invalid } from '../../dialects/shared/read.ts';
import type { ImageSize } from '../../protocol/image.ts';

/** Pixels on a side: more would be a mistake anywhere. */
const longestSide = 16_384;

/** `1024x1536`, `16:9`, `2K` or `auto`. @throws GatewayError `VE_PARAMETER_INVALID` */
export function parseSize(text: string | undefined): ImageSize | undefined {
  if (text === undefined) return undefined;
  if (text === 'auto') return { text, kind: 'auto' };
  const [, wide, high] = /^(\d{1,5})[x×*](\d{1,5})$/i.exec(text) ?? [];
  const [width, height] = [Number(wide), Number(high)];
  if (width > 0 && height > 0 && width <= longestSide && height <= longestSide)
    return { text, kind: 'pixels', width, height };
  if (ratioOf(text) !== undefined) return { text, kind: 'ratio', ratio: text };
  if (/^(?:512|\d(?:\.\d)?k)$/i.test(text)) return { text, kind: 'class', class: text };
  throw invalid('size', "it must be like '1024x1024' (width x height), '16:9', '2K' or 'auto'");
}

/** Width to height as a number; undefined for what is no ratio. */
export function ratioOf(text: string): number | undefined {
  const [, wide, high] = /^(\d{1,5}(?:\.\d{1,3})?):(\d{1,5}(?:\.\d{1,3})?)$/.exec(text) ?? [];
  const [width, height] = [Number(wide), Number(high)];
  return width > 0 && height > 0 ? width / height : undefined;
}

/** @throws GatewayError `VE_PARAMETER_INVALID` */
export function parseRatio(text: string | undefined): string | undefined {
  if (text === undefined || text === 'auto') return undefined;
  if (ratioOf(text) !== undefined) return text;
  throw invalid('aspect_ratio', "it must be like '16:9' (width : height) or 'auto'");
}
