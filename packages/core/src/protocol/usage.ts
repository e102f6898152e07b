/** What a call used, as the provider counted it, unless it says otherwise. */
export interface Usage {
  /** Tokens. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of `inputTokens` that the provider read from its prompt cache. */
  readonly cachedInputTokens: number;
  /** Part of `inputTokens`, too, that the provider wrote to its prompt cache; left out where it wrote none. */
  readonly cacheWriteTokens?: number;
  /** Part of `cacheWriteTokens` that it keeps for an hour or longer, which some bill apart. */
  readonly cacheWriteHourTokens?: number;
  /** Part of `outputTokens` spent on reasoning. */
  readonly reasoningTokens: number;
  /** The provider did not tell, or not all of it: so much about was used. Left out where it did. */
  readonly isEstimated?: true;
  /** What is not billed as text; left out where all of it is. */
  readonly media?: MediaUsage;
}

/** What calls for media are billed by; each left out where there is none. */
export interface MediaUsage {
  /** Parts of `inputTokens` that stand for pictures, for sound and for video, where the provider tells them apart. */
  readonly imageInputTokens?: number;
  readonly audioInputTokens?: number;
  readonly videoInputTokens?: number;
  /** Parts of `outputTokens`, likewise. */
  readonly imageOutputTokens?: number;
  readonly audioOutputTokens?: number;
  readonly videoOutputTokens?: number;
  /** Pictures that were made. */
  readonly images?: number;
  /** Length of the video that was made, or of the sound that was heard. */
  readonly seconds?: number;
  /** Characters that were spoken. */
  readonly characters?: number;
  /** Searches: of a reranker, or of the web. */
  readonly searches?: number;
  /** What prices may hang on, as it was asked for or told: `hd`, `low`. */
  readonly quality?: string;
  /** The same: `1024x1792`, `1080p`, `4k`. */
  readonly size?: string;
}

/** Of two attempts together. */
export function addUsage(one: Usage, other: Usage): Usage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
    reasoningTokens: one.reasoningTokens + other.reasoningTokens,
    ...addWritten(one, other),
    ...addMedia(one.media, other.media),
    ...(one.isEstimated === true || other.isEstimated === true ? { isEstimated: true } : {}),
  };
}

function addWritten(one: Usage, other: Usage): Pick<Usage, 'cacheWriteTokens' | 'cacheWriteHourTokens'> {
  const written = (one.cacheWriteTokens ?? 0) + (other.cacheWriteTokens ?? 0);
  const forHours = (one.cacheWriteHourTokens ?? 0) + (other.cacheWriteHourTokens ?? 0);
  return {
    ...(written === 0 ? {} : { cacheWriteTokens: written }),
    ...(forHours === 0 ? {} : { cacheWriteHourTokens: forHours }),
  };
}

const counted = [
  'imageInputTokens',
  'audioInputTokens',
  'videoInputTokens',
  'imageOutputTokens',
  'audioOutputTokens',
  'videoOutputTokens',
  'images',
  'seconds',
  'characters',
  'searches',
] as const satisfies (keyof MediaUsage)[];

function addMedia(
  one: MediaUsage | undefined,
  other: MediaUsage | undefined,
): { readonly media?: MediaUsage } {
  if (one === undefined || other === undefined) {
    const media = one ?? other;
    return media === undefined ? {} : { media };
  }
  const sums: Partial<Record<(typeof counted)[number], number>> = {};
  for (const name of counted) {
    const [first, second] = [one[name], other[name]];
    if (first !== undefined || second !== undefined) sums[name] = (first ?? 0) + (second ?? 0);
  }
  // They ask for the same: of what differs, the later one was made.
  return { media: { ...one, ...other, ...sums } };
}
