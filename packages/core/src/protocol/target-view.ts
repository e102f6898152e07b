import type { Price } from '../catalog/price.ts';

export type { Price } from '../catalog/price.ts';

/** What a strategy can know of a target, or of a group of them, at this moment. */
export interface TargetView {
  /** `upstream/model`; of a group, those of its members. */
  readonly name: string;
  /** A number made of the name, for what is spread by hashing. */
  readonly seed: number;
  /** Its share where traffic is spread by weight. */
  readonly weight: number;
  /** Requests under way. */
  readonly active: number;
  /**
   * Milliseconds to the first content of a stream, or to the end of a whole answer, smoothed over the last ones; undefined
   * while nobody has asked.
   */
  latency(stream: boolean): number | undefined;
  /** Share of its attempts that went well, smoothed over the last ones: 0 to 1. */
  readonly successRate: number;
  /** What the vendor says is left of the rate limit, of the best key: 0 to 1; 1 where it says nothing. */
  readonly headroom: number;
  /** Undefined where it is not known. */
  readonly price: Price | undefined;
  /** Tokens that its model can read at once; undefined where that is not known. */
  readonly window: number | undefined;
}
