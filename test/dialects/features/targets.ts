import { codecOf } from '../../../packages/core/src/dialects/load-codecs.ts';
import { openaiQuirks } from '../../../packages/core/src/dialects/openai-chat/openai-quirks.ts';
import type { ChatQuirks } from '../../../packages/core/src/dialects/openai-chat/quirks.ts';
import { renderRequest } from '../../../packages/core/src/dialects/openai-chat/render-request.ts';
import type { ChatRequest } from '../../../packages/core/src/protocol/chat-request.ts';
import type { RenderedRequest } from '../../../packages/core/src/protocol/codec.ts';
import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import { commonQuirks } from '../../../packages/core/src/upstreams/openai-compatible/preset.ts';
import { presets } from '../../../packages/core/src/upstreams/openai-compatible/presets.ts';

/** A model that a request is written for: what it takes differs by its generation, and by its vendor. */
export interface Target {
  readonly name: string;
  readonly dialect: ChatDialect;
  readonly render: (request: ChatRequest) => RenderedRequest;
}

const models: Readonly<Record<Exclude<ChatDialect, 'openai-chat'>, readonly string[]>> = {
  'openai-responses': ['gpt-5.2', 'gpt-4.1'],
  'anthropic-messages': [
    'claude-opus-4-8',
    'claude-opus-4-6',
    'claude-3-7-sonnet',
    'claude-3-5-sonnet',
    'other',
  ],
  gemini: ['gemini-3.0-pro', 'gemini-2.5-flash', 'gemini-2.0-flash'],
  bedrock: [
    'anthropic.claude-opus-4-6',
    'anthropic.claude-3-7-sonnet',
    'anthropic.claude-3-5-sonnet',
    'amazon.nova-pro',
    'amazon.nova-2-lite',
    'openai.gpt-oss-120b',
    'meta.llama4',
    'an-alias',
  ],
};

function chatTarget(name: string, model: string, quirks: ChatQuirks | undefined): Target {
  const render = (request: ChatRequest): RenderedRequest => renderRequest({ ...request, model }, quirks);
  return { name: `${name} ${model}`, dialect: 'openai-chat', render };
}

/** Every generation of every dialect's models, and every vendor that speaks OpenAI's. */
export const targets: readonly Target[] = [
  chatTarget('any', 'model', undefined),
  chatTarget('compatible', 'model', commonQuirks),
  ...['gpt-5.2', 'gpt-4.1', 'o3'].map((model) => chatTarget('openai', model, openaiQuirks)),
  ...Object.entries(presets).map(
    ([
      name,
      {
        models: [model = 'model'],
        quirks,
      },
    ]) => chatTarget(name, model, { ...commonQuirks, ...quirks }),
  ),
  ...dialectsBut('openai-chat').flatMap((dialect) =>
    models[dialect].map(
      (model): Target => ({
        name: model,
        dialect,
        render: (request) => codecOf(dialect).renderRequest({ ...request, model }),
      }),
    ),
  ),
];

function dialectsBut<Without extends ChatDialect>(
  without: Without,
): readonly Exclude<ChatDialect, Without>[] {
  const all = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock'] as const;
  return all.filter((dialect): dialect is Exclude<typeof dialect, Without> => dialect !== without);
}
