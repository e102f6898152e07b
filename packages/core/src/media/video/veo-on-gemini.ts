import { fieldsOf, listOf } from '../../dialects/shared/read.ts';
import type { JobFormat, JobReport, JobResult, VideoRequest } from '../../protocol/job.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { MediaAnswer } from '../../protocol/media.ts';
import { readObject } from '../shared/read-json.ts';
import { readResource } from './job-words.ts';
import { atAddress, parseVeo, type VeoMade, writtenOut } from './parse-veo.ts';
import { planVeo, renderVeo, type VeoWay, veoDistance } from './render-veo.ts';

const way: VeoWay = {
  parameters: {
    negative_prompt: 'negativePrompt',
    person_generation: 'personGeneration',
    enhance_prompt: 'enhancePrompt',
  },
  n: (model) => (/\bveo-2/i.test(model) ? 2 : 1),
};

/** Two days: https://ai.google.dev/gemini-api/docs/video. */
const keepsFor = 172_800_000;

/** Veo on the Gemini API: https://ai.google.dev/gemini-api/docs/video. */
export const veoOnGemini: JobFormat<VideoRequest> = {
  keepsFor,
  renderRequest: (request, model) => renderVeo(request, model, way),
  plan: (request, model) => planVeo(request, model, way),
  distance: (request, model) => veoDistance(request, model, way),
  parseCreated: (answer) => ({ ...parseOperation(answer), id: readResource(readObject(answer).name) }),
  status: ({ id }) => ({ method: 'GET', path: `/${readResource(id)}` }),
  parseStatus: parseOperation,
  content: ({ results }, variant, index = 0) => {
    const result = variant === 'video' ? results[index] : undefined;
    if (result === undefined) return undefined;
    // Files of Google's need the key, which goes to the upstream's own address and nowhere else.
    const [, file] = /\/v1(?:beta|alpha)?\/files\/([\w-]+):download\?alt=media$/.exec(result.url ?? '') ?? [];
    if (file === undefined) return { result };
    return { call: { method: 'GET', path: `/files/${file}:download?alt=media` } };
  },
};

function parseOperation(answer: MediaAnswer): JobReport {
  return parseVeo(answer, madeOf, resultOf);
}

function madeOf({ generateVideoResponse }: JsonObject): VeoMade {
  const about = fieldsOf(generateVideoResponse);
  return { videos: listOf(about.generatedSamples).map((sample) => fieldsOf(fieldsOf(sample).video)), about };
}

function resultOf({ uri, encodedVideo, encoding }: JsonObject): JobResult | undefined {
  return writtenOut(encodedVideo, encoding) ?? atAddress(uri, encoding);
}
