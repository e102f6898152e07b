import type { ImageRequest } from '../../protocol/image.ts';
import { invalidHere } from '../shared/refuse.ts';
import { nearest } from './fit-shape.ts';
import { ratioOf } from './parse-size.ts';

/** A size for one of OpenAI's models, and what was made of the caller's words. */
export interface FittedPixels {
  readonly size: string | undefined;
  /** Names of the parameters that were heard. */
  readonly told: readonly string[];
  readonly adjusted: readonly string[];
}

interface Side {
  readonly width: number;
  readonly height: number;
}

const standard = ['1024x1024', '1536x1024', '1024x1536'];

/** Models that make a few sizes: `openai/resources/images.d.ts`, `size`. */
const fixed: readonly (readonly [models: RegExp, sizes: readonly string[], takesAuto: boolean])[] = [
  [/^(?:gpt-image-1|chatgpt-image)/i, standard, true],
  [/^dall-?e-?3/i, ['1024x1024', '1792x1024', '1024x1792'], false],
  [/^dall-?e-?2/i, ['1024x1024', '512x512', '256x256'], false],
];

/** Models that make any size within limits, as the same file tells. */
const flexible = /^gpt-image-(?:[2-9]|\d\d)/i;
const step = 16;
const longest: Side = { width: 3840, height: 2160 };
const slimmest = 3;
const limits = `it must be 'auto', or width x height with both divisible by ${step}, no slimmer than ${slimmest}:1, at most ${longest.width}x${longest.height} either way`;

/** Sides of a square that words for a size stand for. */
const classes: Readonly<Record<string, number>> = { '512': 512, '1K': 1024, '2K': 2048, '4K': 4096 };

/** @throws GatewayError `VE_PARAMETER_INVALID` that names the values allowed */
export function fitPixels(request: ImageRequest, model: string): FittedPixels {
  const { size, aspectRatio, resolution } = request;
  const known = fixed.find(([models]) => models.test(model));
  const isNamed = aspectRatio !== undefined || resolution !== undefined;
  if (size?.kind === 'pixels' && !isNamed) {
    checkPixels(size.text, size, { model, sizes: known?.[1] });
    return { size: `${size.width}x${size.height}`, told: ['size'], adjusted: [] };
  }
  if (size?.kind === 'auto' && !isNamed)
    return { size: known?.[2] === false ? undefined : 'auto', told: [], adjusted: [] };
  const wanted = wantedShape(request);
  if (wanted === undefined) return { size: undefined, told: [], adjusted: [] };
  const fitted = flexible.test(model)
    ? textOf(roundShape(wanted))
    : nearest(known?.[1] ?? standard, wanted.ratio, (text) => ratioIn(text));
  const asked = [
    size === undefined || size.kind === 'auto' ? undefined : (['size', size.text] as const),
    aspectRatio === undefined ? undefined : (['aspect_ratio', aspectRatio] as const),
    resolution === undefined ? undefined : (['resolution', resolution] as const),
  ].filter((pair) => pair !== undefined);
  return {
    size: fitted,
    told: asked.map(([name]) => name),
    adjusted: asked.map(([name, text]) => `${name}: ${text} -> ${fitted}`),
  };
}

/** Of a model that is not known, the vendor says itself which sizes it has. */
function checkPixels(
  text: string,
  { width, height }: Side,
  { model, sizes }: { model: string; sizes: readonly string[] | undefined },
): void {
  if (sizes !== undefined && !sizes.includes(`${width}x${height}`))
    throw invalidHere('size', `'${text}' is not one of ${sizes.join(', ')}, which this model makes`);
  if (!flexible.test(model)) return;
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const isEven = width % step === 0 && height % step === 0;
  if (!isEven || long > slimmest * short || long > longest.width || short > longest.height)
    throw invalidHere('size', limits);
}

interface Wanted {
  readonly ratio: number;
  /** Pixels, all together. */
  readonly area: number;
}

/** A word that is none of a size, as a vendor's own, says nothing here. */
function wantedShape({ size, aspectRatio, resolution }: ImageRequest): Wanted | undefined {
  const named = aspectRatio ?? (size?.kind === 'ratio' ? size.ratio : undefined);
  const word = resolution ?? (size?.kind === 'class' ? size.class : undefined);
  const pixels = size?.kind === 'pixels' ? size : undefined;
  const side =
    word === undefined ? undefined : sideOf(word, resolution === undefined ? 'size' : 'resolution');
  const ratio =
    (named === undefined ? undefined : ratioOf(named)) ?? (pixels && pixels.width / pixels.height);
  if (ratio === undefined && side === undefined) return undefined;
  const area = side === undefined ? (pixels ? pixels.width * pixels.height : 1024 ** 2) : side ** 2;
  return { ratio: ratio ?? 1, area };
}

function sideOf(word: string, parameter: string): number {
  const side = classes[word.toUpperCase()];
  if (side !== undefined) return side;
  throw invalidHere(parameter, `it must be one of ${Object.keys(classes).join(', ')}`);
}

/** The size within the limits that comes nearest. */
function roundShape({ ratio, area }: Wanted): Side {
  const slim = Math.min(slimmest, Math.max(1 / slimmest, ratio));
  const isWide = slim >= 1;
  const [mostWide, mostHigh] = isWide ? [longest.width, longest.height] : [longest.height, longest.width];
  const scale = Math.min(1, mostWide / Math.sqrt(area * slim), mostHigh / Math.sqrt(area / slim));
  const width = toStep(Math.sqrt(area * slim) * scale);
  const height = toStep(Math.sqrt(area / slim) * scale);
  // Rounding may have made it slimmer than it may be.
  return {
    width: Math.min(width, slimmest * height),
    height: Math.min(height, slimmest * width),
  };
}

function toStep(pixels: number): number {
  return Math.max(step, Math.round(pixels / step) * step);
}

function textOf({ width, height }: Side): string {
  return `${width}x${height}`;
}

function ratioIn(text: string): number {
  const [width = 1, height = 1] = text.split('x').map(Number);
  return width / height;
}
