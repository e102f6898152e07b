import { geminiModels } from '../../catalog/gemini-models.ts';
import { optionsError } from '../../errors.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';

export interface VertexOptions extends UpstreamOptions {
  /** The project's id. */
  readonly project: string;
  /** Where the models run: `europe-west4`. Default `global`. */
  readonly location?: string;
  /** An access token, or a function that returns a fresh one: google-auth-library's `getAccessToken`, say. */
  readonly token: ApiKey | undefined;
  /** In place of the location's usual address: up to and with the version. */
  readonly baseURL?: string;
}

const optionNames = [...commonNames, 'baseURL', 'location', 'project', 'token'];

/** Gemini on Vertex AI: https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference. */
export function vertex(options: VertexOptions): Upstream<(typeof geminiModels)[number]> {
  checkNames('vertex', options, optionNames);
  const { project, location = 'global', token, baseURL, ...rest } = options;
  for (const [name, value] of Object.entries({ project, location })) {
    if (typeof value !== 'string' || !/^[a-z0-9:.-]+$/i.test(value))
      throw optionsError(`vertex: ${name} ${JSON.stringify(value)} is not the name of one`);
  }
  const host = location === 'global' ? 'aiplatform.googleapis.com' : `${location}-aiplatform.googleapis.com`;
  const models = `/projects/${project}/locations/${location}/publishers/google/models`;
  return defineUpstream({
    ...rest,
    vendor: 'vertex',
    dialect: 'gemini',
    apiKey: token,
    baseURL: baseURL ?? `https://${host}/v1`,
    path: (operation, model, { stream }) => {
      if (operation !== 'chat' || /^\.{1,2}$/.test(model)) return undefined;
      const name = encodeURIComponent(model);
      return `${models}/${name}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
    },
    models: geminiModels,
  });
}
