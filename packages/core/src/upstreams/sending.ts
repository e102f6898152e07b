import type { Readable } from 'node:stream';
import type { Dialect } from '../protocol/call.ts';
import type { Clock } from '../protocol/clock.ts';
import type { Download } from '../protocol/media.ts';
import type { Turns } from '../protocol/turns.ts';
import type { AnswerReading } from './answer-reading.ts';
import type { Secrets } from './hide-secrets.ts';
import type { Content } from './prepare-headers.ts';
import type { Upstream } from './upstream.ts';

/** What goes to one target, and how what comes back is read. */
export interface Sending {
  readonly body: Uint8Array | Readable;
  readonly reading: AnswerReading;
  /** Of what the body is, where it is not JSON for a model that talks. */
  readonly content?: Content | undefined;
  /** What stands behind the upstream's address for the operation. */
  readonly below?: string | undefined;
  /** In place of that address: below the upstream's base URL. */
  readonly path?: string | undefined;
  /** Whether the answer is one that flows, where the call itself does not say so. */
  readonly flows?: boolean | undefined;
}

export interface SendingParts {
  readonly upstream: Upstream;
  /** Of those that the upstream speaks, the one for this call. */
  readonly dialect: Dialect;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Undefined where nothing is kept between requests. */
  readonly turns: Turns | undefined;
  /** What cannot be said in the upstream's dialect is refused, not left out. */
  readonly isStrict: boolean;
  /** Several upstreams speak the Responses API, each with items of its own. */
  readonly hasOtherKeepers: boolean;
  readonly files: MediaFiles;
}

/** What answers with media need that is not in them. */
export interface MediaFiles {
  /** Keeps bytes for a while. `base`: see `Call.base`. Returns an address that needs no key. */
  link(bytes: Uint8Array, type: string, base: string): Promise<string>;
  /**
   * What is at an address that an upstream has named; undefined: that a caller has named, who leads nowhere but to the public
   * internet.
   *
   * @throws GatewayError `VE_UPSTREAM_PROTOCOL`; for a caller's `VE_PARAMETER_INVALID`
   */
  fetch(url: string, upstream: string | undefined): Promise<Download>;
}
