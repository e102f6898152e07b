import { isJsonObject, type JsonObject } from '../../wire/read-json.ts';
import { drawImage } from '../media/draw-image.ts';

/** Pixels at `1K`: https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios. */
const pixels: Readonly<Record<string, readonly [width: number, height: number]>> = {
  '1:1': [1024, 1024],
  '2:3': [832, 1248],
  '3:2': [1248, 832],
  '3:4': [864, 1184],
  '4:3': [1184, 864],
  '4:5': [896, 1152],
  '5:4': [1152, 896],
  '9:16': [768, 1344],
  '16:9': [1344, 768],
  '21:9': [1536, 672],
};
const scales: Readonly<Record<string, number>> = { '1K': 1, '2K': 2, '4K': 4 };

export const imageRatios: readonly string[] = Object.keys(pixels);
export const imageSizes: readonly string[] = Object.keys(scales);

export const tokensPerImage = 1290;

/** The part that holds the image. */
export function drawPart({ imageConfig }: JsonObject, seed: string): JsonObject {
  const { aspectRatio, imageSize } = isJsonObject(imageConfig) ? imageConfig : {};
  const [width, height] = pixels[String(aspectRatio)] ?? [1024, 1024];
  const scale = scales[String(imageSize)] ?? 1;
  const png = drawImage({ width: width * scale, height: height * scale, seed, format: 'png' });
  return { inlineData: { mimeType: 'image/png', data: png.toString('base64') } };
}
