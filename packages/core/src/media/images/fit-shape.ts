import type { ImageRequest } from '../../protocol/image.ts';
import { invalidHere } from '../shared/refuse.ts';
import { ratioOf } from './parse-size.ts';

/** Shapes of a vendor that makes pictures by their ratio, and not by their pixels. */
export interface Shapes {
  readonly ratios: readonly string[];
  /** Its words for how large, with the side of a square; left out where all are of one size. */
  readonly classes?: Readonly<Record<string, number>>;
}

export interface FittedShape {
  readonly ratio: string | undefined;
  readonly class: string | undefined;
  /** Names of the parameters that were heard. */
  readonly told: readonly string[];
  readonly adjusted: readonly string[];
}

/** The side of a square where a vendor does not say. */
const usualSide = 1024;

/**
 * What comes nearest to the size asked for. A ratio, or a class of sizes, that is asked for by name must be one of the
 * vendor's.
 *
 * @throws GatewayError `VE_PARAMETER_INVALID` that names the values allowed
 */
export function fitShape(request: ImageRequest, shapes: Shapes): FittedShape {
  const { size } = request;
  const ratio = namedRatio(request, shapes.ratios);
  const sizeClass = namedClass(request, shapes.classes);
  const told = [
    ...(request.aspectRatio !== undefined && ratio !== undefined ? ['aspect_ratio'] : []),
    ...(request.resolution !== undefined && sizeClass !== undefined ? ['resolution'] : []),
  ];
  if (size?.kind !== 'pixels') {
    const isHeard =
      size?.kind === 'ratio'
        ? ratio !== undefined && ratioOf(ratio) === ratioOf(size.ratio)
        : size?.kind === 'class' && sizeClass?.toLowerCase() === size.class.toLowerCase();
    return { ratio, class: sizeClass, told: isHeard ? [...told, 'size'] : told, adjusted: [] };
  }
  const fitted = {
    ratio: ratio ?? nearest(shapes.ratios, size.width / size.height, ratioOf),
    class:
      sizeClass ??
      nearest(
        Object.keys(shapes.classes ?? {}),
        Math.sqrt(size.width * size.height),
        (name) => shapes.classes?.[name],
      ),
  };
  // A vendor without shapes makes what it makes.
  if (fitted.ratio === undefined && fitted.class === undefined) return { ...fitted, told, adjusted: [] };
  const side = fitted.class === undefined ? usualSide : shapes.classes?.[fitted.class];
  const isExact = fitted.ratio === '1:1' && size.width === side && size.height === side;
  const made = [fitted.ratio, fitted.class].filter((word) => word !== undefined).join(', ');
  const adjusted = isExact ? [] : [`size: ${size.text} -> ${made}`];
  return { ...fitted, told: [...told, 'size'], adjusted };
}

/** Undefined where none is asked for, or the vendor lets nobody choose. */
function namedRatio({ aspectRatio, size }: ImageRequest, ratios: readonly string[]): string | undefined {
  const asked = aspectRatio ?? (size?.kind === 'ratio' ? size.ratio : undefined);
  if (asked === undefined || ratios.length === 0) return undefined;
  const wanted = ratioOf(asked);
  const found = ratios.find((ratio) => ratioOf(ratio) === wanted);
  if (found !== undefined) return found;
  const parameter = aspectRatio === undefined ? 'size' : 'aspect_ratio';
  throw invalidHere(parameter, `it must be one of ${ratios.join(', ')} for this model`);
}

function namedClass({ resolution, size }: ImageRequest, classes: Shapes['classes']): string | undefined {
  const asked = resolution ?? (size?.kind === 'class' ? size.class : undefined);
  if (asked === undefined || classes === undefined) return undefined;
  const names = Object.keys(classes);
  const found = names.find((name) => name.toLowerCase() === asked.toLowerCase());
  if (found !== undefined) return found;
  const parameter = resolution === undefined ? 'size' : 'resolution';
  throw invalidHere(parameter, `it must be one of ${names.join(', ')} for this model`);
}

/** Twice as much is as far as half. */
export function nearest<Item>(
  items: readonly Item[],
  wanted: number,
  measure: (item: Item) => number | undefined,
): Item | undefined {
  let best: { readonly item: Item; readonly distance: number } | undefined;
  for (const item of items) {
    const distance = Math.abs(Math.log((measure(item) ?? Number.NaN) / wanted));
    if (best === undefined || distance < best.distance) best = { item, distance };
  }
  return best?.item;
}
