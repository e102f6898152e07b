/**
 * What is known of the model behind Converse by its name (also inside an inference profile's id, `us.anthropic.claude-…`).
 * Converse hides little: how a model is told to think, and what it refuses, differs by vendor. An alias or the ARN of an
 * application profile tells nothing: `unknown`, and nothing is said that one vendor would refuse.
 */
export interface ModelFamily {
  readonly vendor: 'claude' | 'nova' | 'gpt-oss' | 'openai' | 'kimi' | 'other' | 'unknown';
  /** How it is told to think: by a budget, by an effort it adapts to, by an effort of its vendor's; or not at all. */
  readonly thinking: 'budget' | 'adaptive' | 'effort' | 'none';
  /** Knows `outputConfig.textFormat` and `toolSpec.strict`; all others get a forced tool. */
  readonly hasNativeSchema: boolean;
  /** Takes cache points; `messages`: but not among the tools, and without a time to live. */
  readonly cachePoints: 'all' | 'messages' | 'none';
  /** Takes back reasoning that bears no signature. Claude and DeepSeek refuse it. */
  readonly takesUnsignedReasoning: boolean;
  /** Cannot be told not to think. */
  readonly alwaysThinks: boolean;
  /** Claude's generation, 405 for `claude-sonnet-4-5`. */
  readonly version: number | undefined;
}

const base: ModelFamily = {
  vendor: 'other',
  thinking: 'none',
  hasNativeSchema: true,
  cachePoints: 'none',
  takesUnsignedReasoning: false,
  alwaysThinks: false,
  version: undefined,
};

export function familyOf(model: string): ModelFamily {
  const name = model.toLowerCase();
  if (name.includes('claude')) return claude(name);
  if (/\bnova-/.test(name))
    return {
      ...base,
      vendor: 'nova',
      thinking: /\bnova-(?:[2-9]|\d\d)/.test(name) ? 'effort' : 'none',
      hasNativeSchema: false,
      cachePoints: 'messages',
      takesUnsignedReasoning: true,
    };
  if (name.includes('gpt-oss'))
    return { ...base, vendor: 'gpt-oss', thinking: 'effort', takesUnsignedReasoning: true };
  if (/\bopenai\./.test(name))
    return { ...base, vendor: 'openai', thinking: 'effort', takesUnsignedReasoning: true };
  if (name.includes('kimi')) return { ...base, vendor: 'kimi', thinking: 'effort' };
  if (/\b(?:meta|cohere|ai21|writer|stability|amazon)\./.test(name))
    return { ...base, hasNativeSchema: false };
  if (/\b(?:deepseek|qwen|mistral|google|nvidia|minimax|moonshot|moonshotai|zai)\./.test(name)) return base;
  return { ...base, vendor: 'unknown', cachePoints: 'all' };
}

function claude(name: string): ModelFamily {
  const version = claudeVersion(name);
  const thinking = version >= 406 ? 'adaptive' : version >= 307 ? 'budget' : 'none';
  return {
    ...base,
    vendor: 'claude',
    thinking,
    hasNativeSchema: version >= 405,
    cachePoints: version >= 305 ? 'all' : 'none',
    // These refuse `thinking: {type: 'disabled'}`.
    alwaysThinks: /fable|mythos/.test(name),
    version,
  };
}

/** `claude-3-7-sonnet-20250219` is 307, `claude-opus-4-20250514` 400, `claude-opus-4-7` 407; one without a number is new. */
function claudeVersion(name: string): number {
  const found = /claude-(?:[a-z]+-)*v?(\d{1,2})(?:[-.](\d{1,2}))?(?![\d])/.exec(name);
  if (found === null) return name.includes('claude-instant') ? 100 : Number.POSITIVE_INFINITY;
  return Number(found[1]) * 100 + Number(found[2] ?? 0);
}
