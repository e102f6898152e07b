import { geminiModels } from '../../catalog/gemini-models.ts';
import type { Operation } from '../../protocol/call.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { probeAt } from '../check-probe.ts';
import { defineUpstream } from '../define-upstream.ts';
import { encodeSegment } from '../encode-segment.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';
import { googleAction, googleMedia, isImagen } from './google-media.ts';

/** What `gemini` takes. */
export interface GeminiOptions extends UpstreamOptions {
  /** From Google AI Studio; sent as `x-goog-api-key`: https://ai.google.dev/gemini-api/docs/api-key. */
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
    // https://ai.google.dev/api/models#method:-models.list
    ...probeAt('/models?pageSize=1', options.probe),
    baseURL: options.baseURL ?? 'https://generativelanguage.googleapis.com/v1beta',
    authorize: (key) => ['x-goog-api-key', key],
    path: (operation, model, { stream }) => {
      const resource = resourceOf(model);
      const action = actionOf(operation, model, stream);
      return resource === undefined || action === undefined ? undefined : `${resource}:${action}`;
    },
    media: googleMedia('gemini'),
    jobs: (operation) => (operation === 'video' ? 'gemini' : undefined),
    models: geminiModels,
  });
}

function actionOf(operation: Operation, model: string, stream: boolean): string | undefined {
  if (operation === 'embeddings') return 'batchEmbedContents';
  // There it would make another picture, and not look at the one it was given.
  if (operation === 'image-edits' && isImagen(model)) return undefined;
  return googleAction(operation, model, stream);
}

/** `gemini-3.0-pro` is a model of Google's; `tunedModels/…` is one of the project's own. */
function resourceOf(model: string): string | undefined {
  const segments = model.split('/').map(encodeSegment);
  if (segments.includes(undefined)) return undefined;
  const name = segments.join('/');
  return /^(?:models|tunedModels)\//.test(model) ? `/${name}` : `/models/${name}`;
}
