import { openAIModels } from '../../catalog/openai-models.ts';
import { openaiQuirks } from '../../dialects/openai-chat/openai-quirks.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { defineUpstream, openAIMedia } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';

/** What `openai` takes. */
export interface OpenAIOptions extends UpstreamOptions {
  /** Sent as Bearer: https://platform.openai.com/docs/api-reference/authentication. */
  readonly apiKey: ApiKey | undefined;
  /** Default `https://api.openai.com/v1`. */
  readonly baseURL?: string;
  /** Sent as `OpenAI-Organization`. */
  readonly organization?: string;
  /** Sent as `OpenAI-Project`. */
  readonly project?: string;
}

const optionNames = [...commonNames, 'apiKey', 'baseURL', 'organization', 'project'];

/** OpenAI itself: https://platform.openai.com/docs/api-reference. */
export function openai(options: OpenAIOptions): Upstream<(typeof openAIModels)[number]> {
  checkNames('openai', options, optionNames);
  const { organization, project, headers, ...rest } = options;
  return defineUpstream({
    ...rest,
    vendor: 'openai',
    apiKey: options.apiKey,
    baseURL: options.baseURL ?? 'https://api.openai.com/v1',
    headers: {
      ...(organization === undefined ? {} : { 'openai-organization': organization }),
      ...(project === undefined ? {} : { 'openai-project': project }),
      ...headers,
    },
    models: openAIModels,
    media: openAIMedia,
    quirks: openaiQuirks,
    alsoSpeaks: ['openai-responses'],
    realtime: true,
  });
}
