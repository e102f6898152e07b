import { crc32 } from 'node:zlib';

interface Frame {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** The frames of an AWS event stream whose headers are all text; throws where a checksum is wrong. */
export function decodeFrames(bytes: Buffer): readonly Frame[] {
  const frames: Frame[] = [];
  for (let start = 0; start < bytes.length; ) {
    const frame = bytes.subarray(start, start + bytes.readUInt32BE(start));
    const headersEnd = 12 + frame.readUInt32BE(4);
    const isTrue =
      crc32(frame.subarray(0, 8)) === frame.readUInt32BE(8) &&
      crc32(frame.subarray(0, -4)) === frame.readUInt32BE(frame.length - 4);
    if (!isTrue) throw new Error(`the frame at byte ${start} has a wrong checksum`);
    frames.push({
      headers: Object.fromEntries(readHeaders(frame.subarray(12, headersEnd))),
      payload: frame.subarray(headersEnd, -4),
    });
    start += frame.length;
  }
  return frames;
}

function* readHeaders(bytes: Buffer): Generator<[string, string]> {
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + bytes.readUInt16BE(nameEnd + 1);
    yield [bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', valueStart, valueEnd)];
    at = valueEnd;
  }
}
