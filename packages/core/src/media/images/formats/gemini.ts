import { parseCounts } from '../../../dialects/gemini/convert-usage.ts';
import {
  countOf,
  defined,
  fieldsOf,
  filled,
  listOf,
  objectOf,
  protocolError,
  wordOf,
} from '../../../dialects/shared/read.ts';
import type { FilteredImage, ImageRequest, ImageResult, MadeImage } from '../../../protocol/image.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { MediaAnswer, MediaFormat, RenderedMedia } from '../../../protocol/media.ts';
import type { Usage } from '../../../protocol/usage.ts';
import { readObject } from '../../shared/read-json.ts';
import { refuseMask, untoldOf } from '../asked.ts';
import { fitShape, type Shapes } from '../fit-shape.ts';
import { readPictures } from '../read-picture.ts';
import { allFiltered } from '../refuse-filtered.ts';

/** Gemini models that make pictures, by `:generateContent`: https://ai.google.dev/gemini-api/docs/image-generation. */
export const geminiImages: MediaFormat<ImageRequest, ImageResult> = {
  renderRequest: (request, model) => renderRequest(request, model, false),
  most: () => 1,
  parseAnswer,
};

/** The same on Vertex AI, which can be told the format: `@google/genai`, `imageConfigToVertex`. */
export const vertexImages: MediaFormat<ImageRequest, ImageResult> = {
  renderRequest: (request, model) => renderRequest(request, model, true),
  most: () => 1,
  parseAnswer,
};

const ratios = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const classes = { '1K': 1024, '2K': 2048, '4K': 4096 };

/** The second generation makes pictures of one size; some of the third make more of both. */
function shapesOf(model: string): Shapes {
  if (/gemini-2/i.test(model)) return { ratios };
  if (!/gemini-3\.\d+-flash/i.test(model)) return { ratios, classes };
  return { ratios: [...ratios, '1:4', '4:1', '1:8', '8:1'], classes: { '512': 512, ...classes } };
}

const mimeTypes: Readonly<Record<string, string>> = { png: 'image/png', jpeg: 'image/jpeg' };

async function renderRequest(
  request: ImageRequest,
  model: string,
  isVertex: boolean,
): Promise<RenderedMedia> {
  refuseMask(request);
  const shape = fitShape(request, shapesOf(model));
  const output = isVertex ? outputOptions(request) : undefined;
  const imageConfig = filled(
    defined({ aspectRatio: shape.ratio, imageSize: shape.class, imageOutputOptions: output?.options }),
  );
  const { seed, temperature } = request.extra ?? {};
  const generationConfig = defined({ responseModalities: ['IMAGE'], imageConfig, seed, temperature });
  const parts = [...(await pictures(request)), { text: request.prompt }];
  const { n } = request;
  const told = ['n', 'seed', 'temperature', ...shape.told, ...(output?.told ?? [])];
  return {
    json: { contents: [{ role: 'user', parts }], generationConfig },
    dropped: untoldOf(request, told),
    // They make one, whatever they are told.
    adjusted: [...shape.adjusted, ...(n === undefined || n === 1 ? [] : [`n: ${n} -> 1`])],
  };
}

function outputOptions({ outputFormat, outputCompression }: ImageRequest): {
  readonly options: JsonObject | undefined;
  readonly told: readonly string[];
} {
  const mimeType = outputFormat === undefined ? undefined : mimeTypes[outputFormat];
  if (mimeType === undefined) return { options: undefined, told: [] };
  const compressionQuality = mimeType === 'image/jpeg' ? outputCompression : undefined;
  const told = ['output_format', ...(compressionQuality === undefined ? [] : ['output_compression'])];
  return { options: defined({ mimeType, compressionQuality }), told };
}

async function pictures(request: ImageRequest): Promise<readonly JsonObject[]> {
  const sources = await readPictures(request);
  return sources.map((source) =>
    source.kind === 'url'
      ? { fileData: { fileUri: source.url } }
      : { inlineData: { mimeType: source.type, data: source.data } },
  );
}

/** Of a picture, or of all the answer. The others mean that none was made, and another try may make one. */
const filters = /SAFETY|BLOCKLIST|PROHIBITED|SPII|RECITATION|MODEL_ARMOR|JAILBREAK/;

function parseAnswer(answer: MediaAnswer, _request: ImageRequest): ImageResult {
  const body = readObject(answer);
  const images: MadeImage[] = [];
  const filtered: FilteredImage[] = [];
  const reasons: string[] = [];
  listOf(body['candidates']).forEach((item, index) => {
    const candidate = fieldsOf(item);
    const made = imagesIn(candidate);
    images.push(...made);
    const reason = wordOf(candidate['finishReason']) ?? 'STOP';
    reasons.push(reason);
    if (made.length === 0 && filters.test(reason)) filtered.push({ index, reason });
  });
  const blocked = wordOf(fieldsOf(body['promptFeedback'])['blockReason']);
  if (blocked !== undefined && images.length === 0) throw allFiltered([{ index: 0, reason: blocked }]);
  if (images.length === 0 && filtered.length > 0) throw allFiltered(filtered);
  if (images.length === 0)
    throw protocolError(`no image was made (${reasons.join(', ') || 'no candidates'})`);
  return defined({ images, filtered, usage: parseUsage(objectOf(body['usageMetadata'])) });
}

/** Thoughts hold drafts. */
function imagesIn(candidate: JsonObject): readonly MadeImage[] {
  return listOf(fieldsOf(candidate['content'])['parts']).flatMap((item) => {
    const { inlineData, inline_data, thought } = fieldsOf(item);
    const { data, mimeType, mime_type } = fieldsOf(inlineData ?? inline_data);
    const base64 = wordOf(data);
    if (base64 === undefined || thought === true) return [];
    return [defined({ data: base64, type: wordOf(mimeType ?? mime_type) })];
  });
}

function parseUsage(metadata: JsonObject | undefined): Usage | undefined {
  const counts = metadata && parseCounts(metadata);
  if (metadata === undefined || counts === undefined) return undefined;
  const media = filled(
    defined({
      imageInputTokens: imagesOf(metadata['promptTokensDetails']),
      imageOutputTokens: imagesOf(metadata['candidatesTokensDetails']),
    }),
  );
  return {
    inputTokens: counts.input,
    outputTokens: counts.output,
    cachedInputTokens: counts.cacheRead ?? 0,
    reasoningTokens: counts.reasoning ?? 0,
    ...defined({ media }),
  };
}

function imagesOf(details: Json | undefined): number | undefined {
  const list = listOf(details)
    .map(fieldsOf)
    .filter(({ modality }) => modality === 'IMAGE');
  if (list.length === 0) return undefined;
  return list.reduce((sum, { tokenCount }) => sum + (countOf(tokenCount) ?? 0), 0);
}
