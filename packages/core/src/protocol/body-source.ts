/** A body that goes to an upstream piece by piece. */
export interface BodySource {
  /** Content type. */
  readonly type: string | undefined;
  /** Bytes; undefined where nobody knows before the end. */
  readonly size: number | undefined;
  /** It can be opened again, for another attempt. */
  readonly isReplayable: boolean;
  /** From the first byte. */
  open(): AsyncIterable<Uint8Array>;
}
