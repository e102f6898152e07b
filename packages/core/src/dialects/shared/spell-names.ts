import type { Dialect } from '../../protocol/call.ts';

type Names = Readonly<Record<string, string>>;

const responses: Names = {
  logprobs: 'include',
  max_tokens: 'max_output_tokens',
  reasoning_effort: 'reasoning.effort',
  'response_format.json_schema.strict': 'text.format.strict',
  user: 'safety_identifier',
  verbosity: 'text.verbosity',
};

const messages: Names = {
  parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
  reasoning_effort: 'thinking',
  'reasoning.budget': 'thinking.budget_tokens',
  'reasoning.summary': 'thinking.display',
  stop: 'stop_sequences',
  user: 'metadata.user_id',
};

const gemini: Names = {
  frequency_penalty: 'generationConfig.frequencyPenalty',
  logprobs: 'generationConfig.responseLogprobs',
  max_tokens: 'generationConfig.maxOutputTokens',
  n: 'generationConfig.candidateCount',
  presence_penalty: 'generationConfig.presencePenalty',
  reasoning_effort: 'generationConfig.thinkingConfig',
  'reasoning.summary': 'generationConfig.thinkingConfig.includeThoughts',
  'messages.image_url.detail': 'messages.mediaResolution',
  seed: 'generationConfig.seed',
  service_tier: 'serviceTier',
  stop: 'generationConfig.stopSequences',
  temperature: 'generationConfig.temperature',
  tool_choice: 'toolConfig.functionCallingConfig',
  top_k: 'generationConfig.topK',
  top_logprobs: 'generationConfig.logprobs',
  top_p: 'generationConfig.topP',
};

/** What has other names than in Chat Completions, and where the conversation is. */
const spellings: Readonly<
  Partial<Record<Dialect, { readonly names: Names; readonly conversation: string }>>
> = {
  'openai-responses': { names: responses, conversation: 'input' },
  'anthropic-messages': { names: messages, conversation: 'messages' },
  gemini: { names: gemini, conversation: 'contents' },
};

/** The names of what is left out, as a caller of this dialect spells them. Codecs use those of Chat Completions. */
export function spellNames(names: readonly string[], dialect: Dialect): readonly string[] {
  const spelling = spellings[dialect];
  if (spelling === undefined) return names;
  return names.map((name) => {
    const own = Object.hasOwn(spelling.names, name) ? (spelling.names[name] ?? name) : name;
    return own.startsWith('messages.') ? spelling.conversation + own.slice('messages'.length) : own;
  });
}
