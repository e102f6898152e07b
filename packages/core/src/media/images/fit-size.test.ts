import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageRequest } from '../../protocol/image.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { imagesFamily } from './family.ts';
import { fitPixels } from './fit-pixels.ts';
import { fitShape } from './fit-shape.ts';
import { ratioOf } from './parse-size.ts';

const parse = (json: JsonObject): ImageRequest =>
  imagesFamily.parseRequest({ json: { model: 'alias', prompt: 'a cat', ...json } });

const shapes = { ratios: ['1:1', '3:2', '2:3', '16:9', '9:16'], classes: { '1K': 1024, '2K': 2048 } };
const side = fc.integer({ min: 16, max: 8192 });

describe('a size in pixels, for a vendor of ratios', () => {
  test('becomes one of its own, and it is told unless it is just that', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const size = `${width}x${height}`;
        const fitted = fitShape(parse({ size }), shapes);
        expect(shapes.ratios).toContain(fitted.ratio);
        expect(Object.keys(shapes.classes)).toContain(fitted.class);
        const isExact = size === '1024x1024' || size === '2048x2048';
        expect(fitted.adjusted).toEqual(isExact ? [] : [`size: ${size} -> ${fitted.ratio}, ${fitted.class}`]);
      }),
    );
  });

  test('becomes the nearest', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const distance = (ratio: string): number =>
          Math.abs(Math.log((ratioOf(ratio) ?? 0) / (width / height)));
        const { ratio = '' } = fitShape(parse({ size: `${width}x${height}` }), shapes);
        for (const other of shapes.ratios) expect(distance(ratio)).toBeLessThanOrEqual(distance(other));
      }),
    );
  });

  test.each<[JsonObject, string | undefined, string | undefined, readonly string[], readonly string[]]>([
    [{}, undefined, undefined, [], []],
    [{ size: 'auto' }, undefined, undefined, [], []],
    [{ size: '16:9' }, '16:9', undefined, ['size'], []],
    [{ size: '32:18' }, '16:9', undefined, ['size'], []],
    [{ size: '2k' }, undefined, '2K', ['size'], []],
    [{ aspect_ratio: '9:16', resolution: '2K' }, '9:16', '2K', ['aspect_ratio', 'resolution'], []],
    // What is asked for beside the size goes before it.
    [
      { aspect_ratio: '9:16', size: '1024x1024' },
      '9:16',
      '1K',
      ['aspect_ratio', 'size'],
      ['size: 1024x1024 -> 9:16, 1K'],
    ],
    [{ aspect_ratio: '9:16', size: '16:9' }, '9:16', undefined, ['aspect_ratio'], []],
  ])('%j', (body, ratio, sizeClass, told, adjusted) => {
    expect(fitShape(parse(body), shapes)).toEqual({ ratio, class: sizeClass, told, adjusted });
  });

  test.each<[JsonObject, string, string]>([
    [{ aspect_ratio: '7:3' }, 'aspect_ratio', '1:1, 3:2, 2:3, 16:9, 9:16'],
    [{ size: '7:3' }, 'size', '1:1, 3:2, 2:3, 16:9, 9:16'],
    [{ resolution: '8K' }, 'resolution', '1K, 2K'],
    [{ size: '8K' }, 'size', '1K, 2K'],
  ])('a word that it has not, %j, is refused with those that it has', (body, parameter, values) => {
    expect(() => fitShape(parse(body), shapes)).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        details: { parameter, reason: expect.stringContaining(values) },
        failure: expect.objectContaining({ retry: 'elsewhere' }),
      }),
    );
  });

  test('is not told to a vendor without shapes', () => {
    expect(fitShape(parse({ size: '512x512', resolution: '1K' }), { ratios: [] })).toEqual({
      ratio: undefined,
      class: undefined,
      told: [],
      adjusted: [],
    });
  });
});

describe("a size for OpenAI's models", () => {
  const shapeWords = fc.record(
    {
      aspect_ratio: fc
        .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
        .map((pair) => pair.join(':')),
      resolution: fc.constantFrom('512', '1K', '2k', '4K'),
      size: fc.constantFrom('auto', '1000x700', '8000x16'),
    },
    { requiredKeys: ['aspect_ratio'] },
  );

  test.each(['gpt-image-1.5', 'gpt-image-2.5-flare', 'my-deployment', 'dall-e-3'])(
    'made of a ratio is one that %s makes, and is told',
    (model) => {
      fc.assert(
        fc.property(shapeWords, (words) => {
          const { size = '', told, adjusted } = fitPixels(parse(words), model);
          // The model takes it when it is asked for just that.
          expect(fitPixels(parse({ size }), model)).toEqual({ size, told: ['size'], adjusted: [] });
          expect(adjusted).toContain(`aspect_ratio: ${words.aspect_ratio} -> ${size}`);
          expect(told.length).toBe(adjusted.length);
        }),
      );
    },
  );

  test.each<[string, string, string]>([
    ['gpt-image-1.5', '1792x1024', '1024x1024, 1536x1024, 1024x1536'],
    ['dall-e-3', '512x512', '1024x1024, 1792x1024, 1024x1792'],
    ['dall-e-2', '1792x1024', '1024x1024, 512x512, 256x256'],
    ['gpt-image-2', '1000x1000', 'divisible by 16'],
    ['gpt-image-2', '2048x256', '3:1'],
    ['gpt-image-2.6-flare', '4096x4096', '3840x2160'],
  ])('%s does not make %s, and the error says what it does', (model, size, values) => {
    expect(() => fitPixels(parse({ size }), model)).toThrow(
      expect.objectContaining({
        code: 'VE_PARAMETER_INVALID',
        details: { parameter: 'size', reason: expect.stringContaining(values) },
      }),
    );
  });

  test('is for the vendor to judge where the model is not known', () => {
    expect(fitPixels(parse({ size: '640x480' }), 'my-deployment').size).toBe('640x480');
  });

  test.each([
    ['gpt-image-1.5', 'auto'],
    ['dall-e-3', undefined],
  ])('%s hears auto as %s', (model, size) => {
    expect(fitPixels(parse({ size: 'auto' }), model)).toEqual({ size, told: [], adjusted: [] });
  });

  test('a class keeps the ratio of the pixels', () => {
    expect(fitPixels(parse({ size: '1600x900', resolution: '2K' }), 'gpt-image-2')).toMatchObject({
      size: '2736x1536',
    });
    expect(() => fitPixels(parse({ resolution: '3K' }), 'gpt-image-2')).toThrow(
      expect.objectContaining({
        details: { parameter: 'resolution', reason: 'it must be one of 512, 1K, 2K, 4K' },
      }),
    );
  });
});
