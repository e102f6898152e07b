import { anthropicModels } from '../../catalog/anthropic-models.ts';
import type { Operation } from '../../protocol/call.ts';
import { checkNames, commonNames } from '../check-options.ts';
import { probeAt } from '../check-probe.ts';
import { defineUpstream } from '../define-upstream.ts';
import type { ApiKey, Upstream, UpstreamOptions } from '../upstream.ts';

/** What `anthropic` takes. */
export interface AnthropicOptions extends UpstreamOptions {
  /** Sent as `x-api-key`: https://platform.claude.com/docs/en/api/overview. */
  readonly apiKey: ApiKey | undefined;
  /** Default `https://api.anthropic.com/v1`. */
  readonly baseURL?: string;
}

const optionNames = [...commonNames, 'apiKey', 'baseURL'];

/** Anthropic's Messages API: https://platform.claude.com/docs/en/api/messages. Callers of every dialect reach it. */
export function anthropic(options: AnthropicOptions): Upstream<(typeof anthropicModels)[number]> {
  checkNames('anthropic', options, optionNames);
  return defineUpstream({
    ...options,
    vendor: 'anthropic',
    dialect: 'anthropic-messages',
    apiKey: options.apiKey,
    // https://platform.claude.com/docs/en/api/models/list
    ...probeAt('/models?limit=1', options.probe),
    baseURL: options.baseURL ?? 'https://api.anthropic.com/v1',
    authorize: (key) => ['x-api-key', key],
    // A caller of the same dialect may ask for another version; what we translate is written for this one.
    defaultHeaders: { 'anthropic-version': '2023-06-01' },
    path: (operation) => paths[operation],
    models: anthropicModels,
  });
}

const paths: Readonly<Partial<Record<Operation, string>>> = {
  chat: '/messages',
  'count-tokens': '/messages/count_tokens',
};
