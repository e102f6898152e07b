import { Readable } from 'node:stream';
import type { NativeRequest } from '../protocol/call.ts';
import { BytesReading } from './read-bytes.ts';
import { PassedReading } from './read-passed.ts';
import { ReportReading } from './read-report.ts';
import type { Sending, SendingParts } from './sending.ts';

const nothing = Buffer.alloc(0);

/** What the gateway does not read passes as it is; of what it asks itself, it reads the answer. */
export function sendNative(
  { body = nothing, type, read, passing }: NativeRequest,
  { secrets, dialect }: Pick<SendingParts, 'secrets' | 'dialect'>,
): Sending {
  const passed = passing === undefined ? new BytesReading(secrets) : new PassedReading(secrets, passing);
  const reading = read === undefined ? passed : new ReportReading(read, { secrets, dialect });
  const accept = read === undefined ? (passing?.accept ?? '*/*') : 'application/json';
  if (body instanceof Uint8Array) {
    const hasBody = body.byteLength > 0;
    return { body, reading, content: { type: hasBody ? type : undefined, accept } };
  }
  const content = { type: type ?? body.type, size: body.size, accept };
  return { body: Readable.from(body.open(), { objectMode: false }), reading, content };
}
