import {
  flag,
  list,
  nullable,
  oneOf,
  type RecordShape,
  record,
  type Shape,
  text,
  textUpTo,
} from '../../wire/shape.ts';
import { readSize } from './draw-image.ts';

/** What a model of OpenAI's takes for an image, after `openai/resources/images.d.ts` and https://platform.openai.com/docs/api-reference/images. */
export interface ImageKind {
  readonly shape: RecordShape;
  /** Why a size is not one: the sizes that are. */
  checkSize(size: string): readonly string[] | string | undefined;
  readonly usualSize: string;
  /** Gives addresses unless it is asked for the image itself; false: the image itself always. */
  readonly links: boolean;
  /** Tells the size, the format and the tokens. */
  readonly isGpt: boolean;
  /** Rewrites the prompt, and says how. */
  readonly revises: boolean;
}

function wholeIn(least: number, most: number): Shape {
  return nullable({ type: 'number', least, most, whole: true });
}

const gptFields = {
  'model!': text,
  'prompt!': textUpTo(32_000),
  background: nullable(oneOf('transparent', 'opaque', 'auto')),
  complexity: nullable(oneOf('low', 'medium', 'high')),
  moderation: nullable(oneOf('low', 'auto')),
  n: wholeIn(1, 10),
  output_compression: wholeIn(0, 100),
  output_format: nullable(oneOf('png', 'jpeg', 'webp')),
  partial_images: wholeIn(0, 3),
  quality: nullable(oneOf('low', 'medium', 'high', 'auto')),
  safety_identifier: nullable(text),
  size: nullable(text),
  stream: nullable(flag),
  user: text,
};

/** Newer models draw finer. */
const finerFields = {
  ...gptFields,
  quality: nullable(oneOf('low', 'medium', 'high', 'xhigh', 'max', 'auto')),
};

const dallE2Fields = {
  'model!': text,
  'prompt!': textUpTo(1000),
  n: wholeIn(1, 10),
  quality: nullable(oneOf('standard')),
  response_format: nullable(oneOf('url', 'b64_json')),
  size: nullable(text),
  user: text,
};

const dallE3Fields = {
  ...dallE2Fields,
  'prompt!': textUpTo(4000),
  n: wholeIn(1, 1),
  quality: nullable(oneOf('standard', 'hd')),
  style: nullable(oneOf('vivid', 'natural')),
};

/** What a form has beside: where the image to change is, if it is no file. */
const reference = record({ image_url: text, file_id: text });
const editFields = {
  images: list(reference),
  mask: reference,
  input_fidelity: nullable(oneOf('high', 'low')),
};

export type ImageUse = 'images' | 'image-edits' | 'image-variations';

/** Undefined: the model makes no images. */
export function imageKind(model: string, use: ImageUse): ImageKind | undefined {
  const extra = use === 'image-edits' ? editFields : {};
  if (/^(gpt-image|chatgpt-image)/.test(model)) {
    const isFree = /^gpt-image-[2-9]/.test(model);
    return {
      shape: record({ ...(/^gpt-image-2\.[5-9]/.test(model) ? finerFields : gptFields), ...extra }),
      checkSize: isFree ? checkFreeSize : oneOfSizes('1024x1024', '1024x1536', '1536x1024', 'auto'),
      usualSize: '1024x1024',
      links: false,
      isGpt: true,
      revises: false,
    };
  }
  const old = { usualSize: '1024x1024', links: true, isGpt: false, revises: model.startsWith('dall-e-3') };
  if (old.revises) {
    return {
      ...old,
      shape: record(dallE3Fields),
      checkSize: oneOfSizes('1024x1024', '1024x1792', '1792x1024'),
    };
  }
  if (model.startsWith('dall-e')) {
    const { 'prompt!': prompt, ...others } = dallE2Fields;
    const fields = use === 'image-variations' ? others : { ...others, 'prompt!': prompt, ...extra };
    return { ...old, shape: record(fields), checkSize: oneOfSizes('256x256', '512x512', '1024x1024') };
  }
  return undefined;
}

function oneOfSizes(...sizes: readonly string[]): ImageKind['checkSize'] {
  return (size) => (sizes.includes(size) ? undefined : sizes);
}

function checkFreeSize(size: string): string | undefined {
  if (size === 'auto') return undefined;
  const pixels = readSize(size);
  if (pixels === undefined) return "Expected 'auto' or WIDTHxHEIGHT, such as '1536x864'.";
  const { width, height } = pixels;
  if (width % 16 !== 0 || height % 16 !== 0) return 'Width and height must both be divisible by 16.';
  if (width > height * 3 || height > width * 3) return 'The aspect ratio must be between 1:3 and 3:1.';
  return Math.max(width, height) > 3840 || Math.min(width, height) > 2160
    ? 'The maximum supported resolution is 3840x2160.'
    : undefined;
}
