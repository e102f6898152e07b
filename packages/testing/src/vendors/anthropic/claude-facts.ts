/** What a Claude takes and refuses by its generation: https://platform.claude.com/docs (thinking, effort, errors). */
export interface ClaudeFacts {
  /** Values of `thinking.type` beside `disabled`. */
  readonly thinking: readonly ('enabled' | 'adaptive')[];
  /** Thinks unasked, and cannot be told not to. */
  readonly alwaysThinks: boolean;
  /** The text of thinking is left out unless `display` asks for it. */
  readonly omitsThinking: boolean;
  /** `temperature`, `top_p` and `top_k`: all together; not the first two together; none. */
  readonly sampling: 'all' | 'one' | 'none';
  readonly takesPrefill: boolean;
  /** Messages of the role `system` after others. */
  readonly takesLateSystem: boolean;
  readonly takesOutputFormat: boolean;
  /** Values of `output_config.effort`. */
  readonly efforts: readonly string[];
  /** The most that `max_tokens` may be. */
  readonly mostTokens: number;
}

/** Also of a name with a cloud's prefix and suffix: `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`, `claude-opus-4-5@20251101`. */
export function claudeFacts(model: string): ClaudeFacts {
  const { family, version } = readName(model);
  const alwaysThinks = family === 'fable' || family === 'mythos';
  const isNew = alwaysThinks || version >= 407;
  return {
    thinking:
      version < 307 ? [] : isNew ? ['adaptive'] : version === 406 ? ['enabled', 'adaptive'] : ['enabled'],
    alwaysThinks,
    omitsThinking: isNew,
    sampling: isNew ? 'none' : version >= 401 ? 'one' : 'all',
    takesPrefill: version < 406 && !alwaysThinks,
    takesLateSystem: version >= 408,
    takesOutputFormat: isNew || version >= 405 || (family === 'opus' && version === 401),
    efforts: effortsOf(family, version, isNew),
    mostTokens: version < 305 ? 4096 : version < 307 ? 8192 : version < 406 ? 64_000 : 128_000,
  };
}

function effortsOf(family: string, version: number, isNew: boolean): readonly string[] {
  if (isNew) return ['low', 'medium', 'high', 'xhigh', 'max'];
  if (version === 406) return ['low', 'medium', 'high', 'max'];
  return family === 'opus' && version === 405 ? ['low', 'medium', 'high'] : [];
}

function readName(model: string): { readonly family: string; readonly version: number } {
  const modern = /claude-(opus|sonnet|haiku|fable|mythos)(?:-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?)?/.exec(
    model,
  );
  if (modern !== null) return { family: modern[1] ?? '', version: toVersion(modern[2], modern[3]) };
  const old = /claude-(\d)(?:[-.](\d)(?!\d))?-(opus|sonnet|haiku)/.exec(model);
  return { family: old?.[3] ?? '', version: toVersion(old?.[1], old?.[2]) };
}

/** `4-5` is 405; a name without a number is the newest. */
function toVersion(major: string | undefined, minor = '0'): number {
  return major === undefined ? 999 : Number(major) * 100 + Number(minor);
}

/** Aliases that Anthropic answers with the name of a dated snapshot. */
const snapshots: Readonly<Record<string, string>> = {
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
  'claude-opus-4-5': 'claude-opus-4-5-20251101',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-opus-4-1': 'claude-opus-4-1-20250805',
  'claude-sonnet-4-0': 'claude-sonnet-4-20250514',
  'claude-3-7-sonnet-latest': 'claude-3-7-sonnet-20250219',
};

export function nameClaude(model: string): string {
  return snapshots[model] ?? model;
}

/** Newest first, as Anthropic lists them. */
export const claudeModels: readonly string[] = [
  'claude-fable-5',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-opus-4-5-20251101',
  'claude-haiku-4-5-20251001',
  'claude-sonnet-4-5-20250929',
  'claude-opus-4-1-20250805',
  'claude-sonnet-4-20250514',
  'claude-3-7-sonnet-20250219',
  'claude-3-5-sonnet-20241022',
  'claude-3-opus-20240229',
  ...Object.keys(snapshots),
];
