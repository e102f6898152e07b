import type { Buffer } from 'node:buffer';

/** What a header can hold: a timestamp is milliseconds, a UUID its 32 hexadecimal digits. */
export type AwsHeader = boolean | number | bigint | string | Buffer;

/** The headers of one message of an AWS event stream. @throws Error where they are not well formed */
export function readAwsHeaders(bytes: Buffer): ReadonlyMap<string, AwsHeader> {
  const headers = new Map<string, AwsHeader>();
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('a message header is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const name = take(take(1).readUInt8()).toString('utf8');
    headers.set(name, readValue(take(1).readUInt8(), take));
  }
  return headers;
}

function readValue(type: number, take: (length: number) => Buffer): AwsHeader {
  switch (type) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return take(1).readInt8();
    case 3:
      return take(2).readInt16BE();
    case 4:
      return take(4).readInt32BE();
    case 5:
      return take(8).readBigInt64BE();
    case 6:
      return take(take(2).readUInt16BE());
    case 7:
      return take(take(2).readUInt16BE()).toString('utf8');
    case 8:
      return take(8).readBigInt64BE();
    case 9:
      return take(16).toString('hex');
    default:
      throw new Error(`a message header is of the unknown type ${type}`);
  }
}
