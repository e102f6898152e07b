import { isJsonObject, type JsonObject, readList, readNumber, readString } from '../../wire/read-json.ts';
import { type GoogleProblem, invalid } from '../gemini/google-errors.ts';

/** What Veo is asked for, with its defaults. */
export interface VeoRequest {
  readonly prompt: string;
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  /** Vertex: where the files are to go, as `gs://bucket/folder`. */
  readonly storageUri: string | undefined;
}

/** What a Veo takes: https://ai.google.dev/gemini-api/docs/video, https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation. */
interface VeoFacts {
  readonly lengths: readonly number[];
  readonly resolutions: readonly string[];
}

export const veoModels: readonly string[] = [
  'veo-3.1-generate-preview',
  'veo-3.1-fast-generate-preview',
  'veo-3.1-lite-generate-preview',
  'veo-3.1-generate-001',
  'veo-3.1-fast-generate-001',
  'veo-3.0-generate-001',
  'veo-3.0-fast-generate-001',
  'veo-2.0-generate-001',
];

const parameters = [
  'sampleCount',
  'durationSeconds',
  'aspectRatio',
  'resolution',
  'personGeneration',
  'negativePrompt',
  'enhancePrompt',
];
const vertexParameters = ['storageUri', 'seed', 'generateAudio', 'compressionQuality', 'resizeMode'];
const inputs = ['prompt', 'image', 'lastFrame', 'referenceImages', 'video'];
const imageFields = ['bytesBase64Encoded', 'mimeType'];
const heights: Readonly<Record<string, number>> = { '720p': 720, '1080p': 1080, '4k': 2160 };

function veoFacts(model: string): VeoFacts {
  const generation = Number(/veo-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 3.1);
  if (generation < 3) return { lengths: [5, 6, 7, 8], resolutions: ['720p'] };
  const hasFour = generation > 3 && !model.includes('lite');
  return { lengths: [4, 6, 8], resolutions: hasFour ? ['720p', '1080p', '4k'] : ['720p', '1080p'] };
}

/**
 * The checks of `predictLongRunning`, which takes fields of any name and refuses them later. The words are those of reports, such
 * as https://github.com/hirokidaichi/ergon/issues/11 (length) and https://github.com/waooAI/waoowaoo/issues/155 (aspect ratio).
 */
export function readVeoRequest(
  body: JsonObject,
  { model, place }: { readonly model: string; readonly place: 'gemini' | 'vertex' },
): VeoRequest | GoogleProblem {
  const [instance, ...others] = readList(body.instances);
  if (!isJsonObject(instance) || others.length > 0) return invalid('Exactly one instance is required.');
  const asked = isJsonObject(body.parameters) ? body.parameters : {};
  const known = place === 'vertex' ? [...parameters, ...vertexParameters] : parameters;
  const problem =
    checkNames(instance, inputs) ??
    checkNames(asked, known) ??
    checkInputs(instance) ??
    checkParameters(asked, instance, veoFacts(model));
  if (problem !== undefined) return problem;
  const short = heights[readString(asked.resolution) ?? '720p'] ?? 720;
  const long = (short * 16) / 9;
  const isUpright = asked.aspectRatio === '9:16';
  return {
    prompt: readString(instance.prompt) ?? '',
    seconds: readNumber(asked.durationSeconds) ?? 8,
    width: isUpright ? short : long,
    height: isUpright ? long : short,
    samples: readNumber(asked.sampleCount) ?? 1,
    storageUri: readString(asked.storageUri),
  };
}

function checkNames(object: JsonObject, known: readonly string[]): GoogleProblem | undefined {
  const name = Object.keys(object).find((field) => !known.includes(field));
  return name === undefined ? undefined : unsupported(name);
}

function unsupported(name: string): GoogleProblem {
  return invalid(
    `\`${name}\` isn't supported by this model. Please remove it or refer to the Gemini API documentation for supported usage.`,
  );
}

function checkInputs(instance: JsonObject): GoogleProblem | undefined {
  const references = readList(instance.referenceImages).map((reference) =>
    isJsonObject(reference) ? reference.image : undefined,
  );
  const images = [instance.image, instance.lastFrame].filter((image) => image !== undefined);
  for (const image of [...images, ...references]) {
    if (!isJsonObject(image)) return invalid('Unable to process input image.');
    const problem = checkNames(image, [...imageFields, 'gcsUri']);
    if (problem !== undefined) return problem;
    const bytes = image.gcsUri ?? image.bytesBase64Encoded;
    if (typeof bytes !== 'string' || typeof image.mimeType !== 'string') {
      return invalid('Unable to process input image.');
    }
  }
  if (references.length > 3) return invalid('At most 3 reference images are supported.');
  if (instance.lastFrame !== undefined && instance.image === undefined) {
    return invalid('`lastFrame` needs `image`: the frame that the video begins with.');
  }
  const hasPrompt = typeof instance.prompt === 'string' && instance.prompt !== '';
  return hasPrompt || images.length > 0 ? undefined : invalid('A prompt or an image is required.');
}

function checkParameters(
  asked: JsonObject,
  instance: JsonObject,
  { lengths, resolutions }: VeoFacts,
): GoogleProblem | undefined {
  const seconds = asked.durationSeconds;
  const problem =
    checkNumber('durationSeconds', seconds, lengths) ??
    checkNumber('sampleCount', asked.sampleCount, [1, 2, 3, 4]) ??
    checkWord('aspectRatio', asked.aspectRatio, ['16:9', '9:16']) ??
    checkWord('resolution', asked.resolution, resolutions) ??
    checkWord('personGeneration', asked.personGeneration, ['allow_all', 'allow_adult', 'dont_allow']);
  if (problem !== undefined || seconds === undefined || seconds === 8) return problem;
  const { resolution = '720p' } = asked;
  if (resolution !== '720p') {
    return invalid(
      `Resolution ${String(resolution)} requires duration seconds to be 8 seconds, but got ${JSON.stringify(seconds)}.`,
    );
  }
  return instance.referenceImages === undefined
    ? undefined
    : invalid(
        `Reference images require duration seconds to be 8 seconds, but got ${JSON.stringify(seconds)}.`,
      );
}

function checkNumber(name: string, value: unknown, allowed: readonly number[]): GoogleProblem | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') return invalid(`The value type for \`${name}\` needs to be a number.`);
  if (allowed.includes(value)) return undefined;
  return invalid(
    `The number value for \`${name}\` is out of bound. Please provide a value between ${allowed[0]} and ${allowed.at(-1)}, inclusive.`,
  );
}

function checkWord(name: string, value: unknown, allowed: readonly string[]): GoogleProblem | undefined {
  if (value === undefined || (typeof value === 'string' && allowed.includes(value))) return undefined;
  return invalid(
    `\`${name}\` does not support \`${readString(value) ?? JSON.stringify(value)}\` as a valid value. Please refer to the Gemini API documentation for supported usage.`,
  );
}
