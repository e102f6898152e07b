import { geminiModels } from '../../catalog/gemini-models.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';

export interface GeminiOptions extends UpstreamOptions {
  readonly apiKey: ApiKey | undefined;
  /** Default `https://generativelanguage.googleapis.com/v1beta`. */
  readonly baseURL?: string;
}

const optionNames = [...commonNames, 'apiKey', 'baseURL'];

/** Google's Gemini API for developers: https://ai.google.dev/api/generate-content. Callers of every dialect reach it. */
export function gemini(options: GeminiOptions): Upstream<(typeof geminiModels)[number]> {
  checkNames('gemini', options, optionNames);
  return defineUpstream({
    ...options,
    vendor: 'gemini',
    dialect: 'gemini',
    apiKey: options.apiKey,
    baseURL: options.baseURL ?? 'https://generativelanguage.googleapis.com/v1beta',
    authorize: (key) => ['x-goog-api-key', key],
    path: (operation, model, { stream }) => (operation === 'chat' ? modelPath(model, stream) : undefined),
    models: geminiModels,
  });
}

function modelPath(model: string, stream: boolean): string {
  const name = model
    .split('/')
    .map((segment) => encodeURIComponent(segment).replace(/^\.{1,2}$/, '%2E'))
    .join('/');
  const resource = /^(?:models|tunedModels)\//.test(model) ? name : `models/${name}`;
  return stream ? `/${resource}:streamGenerateContent?alt=sse` : `/${resource}:generateContent`;
}
