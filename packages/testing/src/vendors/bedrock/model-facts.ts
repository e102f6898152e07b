/** What a model behind Converse takes: Bedrock hides little of what its vendors differ in. */
export interface ModelFacts {
  readonly isClaude: boolean;
  /** Shows its reasoning without being asked. */
  readonly alwaysReasons: boolean;
  readonly takesCachePoints: boolean;
  readonly takesTextFormat: boolean;
  readonly takesTools: boolean;
}

export function modelFacts(model: string): ModelFacts {
  const isClaude = model.includes('claude');
  const isNova = model.includes('nova');
  return {
    isClaude,
    alwaysReasons: /deepseek\.r1|gpt-oss/.test(model),
    takesCachePoints: isNova || (isClaude && !/claude-(3-(?:opus|sonnet|haiku)|v2|instant)/.test(model)),
    takesTextFormat: !isNova && !/titan|llama|cohere|ai21/.test(model),
    takesTools: !/titan|deepseek\.r1/.test(model),
  };
}

/** Without the region of an inference profile: `eu.anthropic.claude-…` is `anthropic.claude-…`. */
export function bareModel(model: string): string {
  return model.replace(/^(?:us|us-gov|eu|apac|jp|au|ca|global)\./, '');
}

export const bedrockModels: readonly string[] = [
  'anthropic.claude-opus-4-8',
  'anthropic.claude-opus-4-7',
  'anthropic.claude-opus-4-6-v1',
  'anthropic.claude-sonnet-4-6',
  'anthropic.claude-opus-4-5-20251101-v1:0',
  'anthropic.claude-haiku-4-5-20251001-v1:0',
  'anthropic.claude-sonnet-4-5-20250929-v1:0',
  'anthropic.claude-3-7-sonnet-20250219-v1:0',
  'amazon.nova-pro-v1:0',
  'amazon.nova-micro-v1:0',
  'amazon.nova-2-lite-v1:0',
  'amazon.titan-text-lite-v1',
  'deepseek.r1-v1:0',
  'meta.llama3-3-70b-instruct-v1:0',
  'mistral.mistral-large-2407-v1:0',
  'openai.gpt-oss-120b-1:0',
];
