import type { ByteStream } from '../stream/byte-stream.ts';
import type { HeaderMap } from './header-map.ts';
import type { JobReport } from './job.ts';

export type { HeaderMap } from './header-map.ts';

/** An answer in the caller's own dialect, byte for byte. */
export interface Answer {
  readonly kind: 'verbatim';
  readonly status: number;
  readonly headers: HeaderMap;
  readonly body: Uint8Array | ByteStream;
  /** Where it is about something that outlives the request. The body is empty then. */
  readonly job?: JobNews;
}

/** How a job stands, and whose account at the upstream it belongs to. */
export interface JobNews {
  readonly report: JobReport;
  /** Of the key that was shown. */
  readonly keyDigest: string;
}
