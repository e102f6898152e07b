/** When a second target is asked because the first shows nothing, and how often that may be. */
export interface HedgeSettings {
  /** The most extra attempts, as a share of the calls: 0.05 is one in twenty. */
  readonly share: number;
  /** Milliseconds after which the first is slow; undefined: what was measured of it says so. */
  readonly after: number | undefined;
  /** Milliseconds: no sooner than this, whatever was measured. */
  readonly minimum: number;
}
