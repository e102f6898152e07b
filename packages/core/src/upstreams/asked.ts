import type { Clock } from '../protocol/clock.ts';
import type { AnswerReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import type { Key, KeyRing } from './key-ring.ts';
import type { Estimate } from './settle-usage.ts';

/** How the answer is read, what the upstream was told and must not tell, the time, and the key that was shown. */
export interface Asked {
  readonly reading: AnswerReading;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly key: Key;
  /** Undefined for what is not billed by the token. */
  readonly estimate?: Estimate | undefined;
}
