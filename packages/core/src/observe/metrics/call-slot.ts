import type { Usage } from '../../protocol/usage.ts';
import type { RequestStory } from '../request-story.ts';
import { Buckets } from './buckets.ts';
import type { Labels } from './family.ts';

/** Seconds. */
const durations = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 900];
const firstTokens = [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 30, 60];

export const outcomes = ['ok', 'refused', 'failed', 'left'] as const;

/** Kinds of tokens; no token is of two. */
export const tokenKinds = ['input', 'cached_input', 'cache_write', 'output', 'reasoning'] as const;

/** What the calls to one model that one upstream answered come to. */
export class CallSlot {
  readonly labels: Labels;
  /** By `outcomes` and `tokenKinds`. */
  readonly calls: Float64Array = new Float64Array(outcomes.length);
  readonly tokens: Float64Array = new Float64Array(tokenKinds.length);
  readonly duration: Buckets = new Buckets(durations);
  /** Of streams. */
  readonly firstToken: Buckets = new Buckets(firstTokens);
  /** Nano-dollars. */
  cost = 0;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  add(story: RequestStory): void {
    const { usage, cost, facts, firstByteMilliseconds, status } = story;
    increase(this.calls, outcomeOf(story), 1);
    this.duration.observe(story.milliseconds / 1000);
    if (facts?.stream === true && firstByteMilliseconds !== undefined && status < 400)
      this.firstToken.observe(firstByteMilliseconds / 1000);
    if (usage !== undefined) this.#use(usage);
    if (cost !== undefined) this.cost += cost;
  }

  #use({ inputTokens, cachedInputTokens, cacheWriteTokens = 0, outputTokens, reasoningTokens }: Usage): void {
    // A vendor may tell parts that are larger than the whole.
    increase(this.tokens, 0, Math.max(0, inputTokens - cachedInputTokens - cacheWriteTokens));
    increase(this.tokens, 1, cachedInputTokens);
    increase(this.tokens, 2, cacheWriteTokens);
    increase(this.tokens, 3, Math.max(0, outputTokens - reasoningTokens));
    increase(this.tokens, 4, reasoningTokens);
  }
}

function increase(counts: Float64Array, index: number, by: number): void {
  // What is no number would be there for ever.
  if (by > 0) counts[index] = (counts[index] ?? 0) + by;
}

/** The place in `outcomes`: a stream that broke off has failed, whatever its status was. */
function outcomeOf({ error, status }: RequestStory): number {
  if (error?.code === 'VE_CLIENT_CLOSED') return 3;
  if (status >= 400 && status < 500) return 1;
  return error === undefined && status < 400 ? 0 : 2;
}
