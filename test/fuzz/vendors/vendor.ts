import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import type { JsonObject } from '../../../packages/core/src/protocol/json.ts';
import type { Script } from '../script.ts';

/** One event of a stream. Data that is text is no JSON, or not any more. */
export interface WireEvent {
  readonly name?: string;
  readonly data: JsonObject | string;
}

/** How an upstream says things, and what its words mean: written down from its documentation, apart from our codecs. */
export interface Vendor {
  readonly dialect: ChatDialect;
  /** Content type of its streams. */
  readonly streamType: string;
  stream(script: Script): readonly WireEvent[];
  whole(script: Script): JsonObject;
  /** Events that mean nothing to anybody yet. */
  readonly news: readonly WireEvent[];
  /** Events with which it breaks off. */
  readonly errors: readonly WireEvent[];
  /** Whether nothing but this event is needed to know that the answer is whole. */
  isEnd(event: WireEvent): boolean;
  /** Whether the event repeats what others have said piece by piece. */
  repeats(event: WireEvent): boolean;
}

export const usage = { input: 7, output: 5 } as const;

/** Pieces as one. */
export function joined(pieces: readonly string[]): string {
  return pieces.join('');
}
