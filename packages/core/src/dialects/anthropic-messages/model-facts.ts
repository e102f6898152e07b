/** What a model of Anthropic's takes and refuses; told by its name, since the request is refused otherwise. */
export interface ModelFacts {
  /**
   * `none`: does not think. `budget`: `enabled` with a budget only. `both`: either. `adaptive`: `adaptive` only.
   * `compatible`: not Anthropic's, on an endpoint that speaks its dialect; `enabled` is understood by all of them.
   */
  readonly thinking: 'none' | 'budget' | 'both' | 'adaptive' | 'compatible';
  /** How thinking is turned off: by saying so, by saying nothing, or not at all. */
  readonly off: 'disabled' | 'silence' | 'never';
  /** Values of `output_config.effort`. */
  readonly efforts: readonly string[];
  /** Takes `output_config.format`. */
  readonly hasOutputFormat: boolean;
  /** Takes `strict` on tools. */
  readonly hasStrictTools: boolean;
  /** Searches and reads the web, and runs code, at Anthropic's. */
  readonly hasServerTools: boolean;
  /** `temperature`, `top_p`, `top_k`: all; only one of the first two; none. */
  readonly sampling: 'all' | 'one' | 'none';
  /** Takes messages of the role `system` after a user's. */
  readonly hasLateSystem: boolean;
  /** Most tokens that it writes, where that is less than any default of ours. */
  readonly mostTokens: number | undefined;
}

const compatible: ModelFacts = {
  thinking: 'compatible',
  off: 'disabled',
  efforts: [],
  hasOutputFormat: false,
  hasStrictTools: true,
  hasServerTools: false,
  sampling: 'all',
  hasLateSystem: false,
  mostTokens: undefined,
};

/**
 * From https://platform.claude.com/docs (thinking, effort, structured outputs, mid-conversation system messages) and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-adaptive-thinking.html. A name that is not known
 * counts as the newest.
 */
export function modelFacts(model: string): ModelFacts {
  if (!/claude/i.test(model)) return compatible;
  const { family, version } = readName(model);
  const alwaysThinks = family === 'fable' || family === 'mythos';
  const isNew = alwaysThinks || version >= 407;
  // Vertex AI, which writes a date behind an @, has neither of the two for older models:
  // https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/structured_outputs
  const followsSchemas = version >= (/@\d/.test(model) ? 406 : family === 'opus' ? 401 : 405);
  return {
    thinking: isNew ? 'adaptive' : version === 406 ? 'both' : version >= 307 ? 'budget' : 'none',
    off: alwaysThinks ? 'never' : version === 407 || version === 408 ? 'silence' : 'disabled',
    efforts: effortsOf(family, version, isNew),
    hasOutputFormat: isNew || followsSchemas,
    hasStrictTools: isNew || followsSchemas,
    hasServerTools: version >= 307,
    sampling: isNew ? 'none' : version >= 401 ? 'one' : 'all',
    hasLateSystem: version >= 408,
    mostTokens: version < 305 ? 4096 : version < 307 ? 8192 : undefined,
  };
}

function effortsOf(family: string, version: number, isNew: boolean): readonly string[] {
  if (isNew) return ['low', 'medium', 'high', 'xhigh', 'max'];
  if (version === 406) return ['low', 'medium', 'high', 'max'];
  return family === 'opus' && version === 405 ? ['low', 'medium', 'high'] : [];
}

/** `claude-opus-4-5-20251101` is opus 405; `claude-3-5-haiku` is haiku 305; also with a vendor's prefix and suffix. */
function readName(model: string): { family: string; version: number } {
  const name = model.toLowerCase();
  const modern = /claude-(opus|sonnet|haiku|fable|mythos)(?:-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?)?/.exec(
    name,
  );
  if (modern) return { family: modern[1] ?? '', version: versionOf(modern[2], modern[3]) };
  const old = /claude-(?:v?(\d)(?!\d)(?:[-.](\d)(?!\d))?|instant)(?:-(opus|sonnet|haiku))?/.exec(name);
  if (old) return { family: old[3] ?? '', version: old[1] === undefined ? 100 : versionOf(old[1], old[2]) };
  return { family: '', version: newest };
}

const newest = 999;

function versionOf(major: string | undefined, minor = '0'): number {
  return major === undefined ? newest : Number(major) * 100 + Number(minor);
}
