import { defined, listOf, present, restOf } from '../../dialects/shared/read.ts';
import type { JobPlan, PictureBytes, VideoRequest } from '../../protocol/job.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { RenderedMedia } from '../../protocol/media.ts';
import { invalidHere, unsupported } from '../shared/refuse.ts';
import { distanceOf, type FittedVideo, fitVideo, planOf, type VideoAbilities } from './fit-video.ts';
import { readPictureText } from './render-picture.ts';
import { veoAbilities } from './video-models.ts';

/** What the two ways to Veo differ in. */
export interface VeoWay {
  /** Parameters that it takes, by the names that callers have for them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Most at once. */
  readonly n: (model: string) => number;
}

/** What there is beside the prompt that it is made after: with these, it has 8 seconds. */
interface Guides {
  readonly lastFrame: PictureBytes | undefined;
  readonly references: readonly PictureBytes[];
}

/** How Veo is asked: @google/genai, generateVideosParametersToMldev and -ToVertex; limits as in `veoAbilities`. */
export function renderVeo(request: VideoRequest, model: string, way: VeoWay): RenderedMedia {
  const { prompt, extra } = request;
  const guides = guidesOf(request);
  const { seconds, frame, n, adjusted } = fitVeo(request, model, way);
  const { kept, dropped } = parametersOf(extra, way, guides);
  const asksForSize = request.width !== undefined || request.resolution !== undefined;
  const parameters = {
    ...kept,
    durationSeconds: seconds,
    aspectRatio: frame.aspectRatio,
    // Veo 2 has but one, and knows no parameter for it.
    ...(asksForSize && veoAbilities(model).frames.length > 2 && { resolution: frame.resolution }),
    ...(n > 1 && { sampleCount: n }),
  };
  const instance = defined({
    prompt,
    image: startOf(request, model),
    lastFrame: guides.lastFrame === undefined ? undefined : writePicture(guides.lastFrame),
    referenceImages:
      guides.references.length === 0
        ? undefined
        : guides.references.map((picture) => ({ image: writePicture(picture), referenceType: 'asset' })),
  });
  return { json: { instances: [instance], parameters }, dropped, adjusted };
}

export function planVeo(request: VideoRequest, model: string, way: VeoWay): JobPlan {
  return planOf(fitVeo(request, model, way));
}

export function veoDistance(request: VideoRequest, model: string, way: VeoWay): number {
  return distanceOf(request, abilitiesFor(request, model, way));
}

function fitVeo(request: VideoRequest, model: string, way: VeoWay): FittedVideo {
  if (request.remixOf !== undefined) throw unsupported('video_id', model);
  return fitVideo(request, abilitiesFor(request, model, way));
}

function abilitiesFor(request: VideoRequest, model: string, { n }: VeoWay): VideoAbilities {
  const abilities = { ...veoAbilities(model), n: n(model) };
  const { lastFrame, references } = guidesOf(request);
  const isGuided = lastFrame !== undefined || references.length > 0;
  return isGuided ? { ...abilities, seconds: [8] } : abilities;
}

/** A last frame is one for a video whose first is known. */
function guidesOf({ image, extra }: VideoRequest): Guides {
  const references = present(listOf(extra.reference_images).map(readPictureText));
  return { lastFrame: image === undefined ? undefined : readPictureText(extra.last_frame), references };
}

function parametersOf(
  extra: JsonObject,
  { parameters }: VeoWay,
  { lastFrame, references }: Guides,
): { readonly kept: JsonObject; readonly dropped: readonly string[] } {
  const kept: Record<string, Json> = {};
  const told: string[] = [];
  for (const [name, parameter] of Object.entries(parameters)) {
    const own = extra[parameter] === undefined ? name : parameter;
    const value = extra[own];
    if (value === undefined || value === null || typeof value === 'object') continue;
    kept[parameter] = value;
    told.push(own);
  }
  if (lastFrame !== undefined) told.push('last_frame');
  if (references.length > 0 && references.length === listOf(extra.reference_images).length)
    told.push('reference_images');
  return { kept, dropped: Object.keys(restOf(extra, told) ?? {}) };
}

function startOf({ image }: VideoRequest, model: string): JsonObject | undefined {
  if (image === undefined) return undefined;
  if ('bytes' in image) return writePicture(image);
  if ('fileId' in image) throw unsupported('input_reference.file_id', model);
  throw invalidHere('input_reference', 'send the picture itself: no addresses are taken here');
}

function writePicture({ bytes, type }: PictureBytes): JsonObject {
  return { bytesBase64Encoded: bytes.toString('base64'), mimeType: type };
}
