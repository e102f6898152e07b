import { listOf, protocolError, wordOf } from '../../dialects/shared/read.ts';
import type { JobFormat, JobReport, JobResult, VideoRequest } from '../../protocol/job.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { readObject } from '../shared/read-json.ts';
import { readResource } from './job-words.ts';
import { atAddress, parseVeo, writtenOut } from './parse-veo.ts';
import { planVeo, renderVeo, type VeoWay, veoDistance } from './render-veo.ts';

const way: VeoWay = {
  parameters: {
    negative_prompt: 'negativePrompt',
    person_generation: 'personGeneration',
    enhance_prompt: 'enhancePrompt',
    generate_audio: 'generateAudio',
    seed: 'seed',
    compression_quality: 'compressionQuality',
    resize_mode: 'resizeMode',
  },
  n: () => 4,
};

/** Veo on Vertex AI: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/veo-video-generation. */
export const veoOnVertex: JobFormat<VideoRequest> = {
  renderRequest: (request, model) => renderVeo(request, model, way),
  plan: (request, model) => planVeo(request, model, way),
  distance: (request, model) => veoDistance(request, model, way),
  parseCreated: (answer) => {
    const id = readResource(readObject(answer).name);
    resourceOf(id);
    return { ...parseOperation(answer), id };
  },
  // An operation is asked about at its model.
  status: ({ id }) => ({
    method: 'POST',
    path: `/${resourceOf(id)}:fetchPredictOperation`,
    json: { operationName: id },
  }),
  parseStatus: parseOperation,
  content: ({ results }, variant, index = 0) => {
    const result = variant === 'video' ? results[index] : undefined;
    return result === undefined ? undefined : { result };
  },
};

function parseOperation(answer: MediaAnswer): JobReport {
  return parseVeo(answer, (response) => ({ videos: listOf(response.videos), about: response }), resultOf);
}

/** `projects/…/models/veo-3.1-generate-001` of `…/operations/…`. */
function resourceOf(id: string): string {
  const [resource = '', operation] = readResource(id).split('/operations/');
  if (operation === undefined) throw protocolError('it gave a job a name that is none');
  return resource;
}

function resultOf({ gcsUri, bytesBase64Encoded, mimeType }: JsonObject): JobResult | undefined {
  return writtenOut(bytesBase64Encoded, mimeType) ?? atAddress(objectAddress(gcsUri), mimeType);
}

/** https://cloud.google.com/storage/docs/request-endpoints. */
function objectAddress(uri: Json | undefined): string | undefined {
  const [, path] = /^gs:\/\/(.+)$/.exec(wordOf(uri) ?? '') ?? [];
  if (path === undefined || !path.isWellFormed()) return undefined;
  return `https://storage.googleapis.com/${path.split('/').map(encodeURIComponent).join('/')}`;
}
