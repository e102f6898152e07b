import type { PlannedAnswer } from '../../server/plan-answer.ts';
import type { RecordedRequest } from '../../server/record-request.ts';
import { readString } from '../../wire/read-json.ts';

/** A file, perhaps with many zeros behind it that are nowhere in memory. */
export interface ServedFile {
  readonly head: Buffer;
  readonly zeros: number;
  readonly type: string;
}

const zeros = Buffer.alloc(65_536);

/** An MP4 of `size` bytes (below 4 GB) whose end is a box of nothing: ISO/IEC 14496-12, 8.1.2. */
export function padVideo(video: Buffer, size: number): ServedFile {
  const rest = size - video.length;
  if (rest < 8) return { head: video, zeros: 0, type: 'video/mp4' };
  const box = Buffer.from('\0\0\0\0free', 'latin1');
  box.writeUInt32BE(rest);
  return { head: Buffer.concat([video, box]), zeros: rest - 8, type: 'video/mp4' };
}

/** The whole file, or the part that a Range header names: https://www.rfc-editor.org/rfc/rfc9110#name-range-requests. */
export function serveFile(request: RecordedRequest, file: ServedFile): PlannedAnswer {
  const size = file.head.length + file.zeros;
  const range = readRange(readString(request.headers.range), size);
  const headers = { 'content-type': file.type, 'accept-ranges': 'bytes' };
  if (range === 'unsatisfiable') {
    const refusal = { ...headers, 'content-range': `bytes */${size}`, 'content-length': 0 };
    return { status: 416, headers: refusal, events: [], streamed: false };
  }
  const { start, end } = range ?? { start: 0, end: size };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...headers,
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
      'content-length': end - start,
    },
    events: request.method === 'HEAD' ? [] : slice(file, start, end),
    streamed: false,
  };
}

function* slice({ head }: ServedFile, start: number, end: number): Generator<Buffer> {
  if (start < head.length) yield head.subarray(start, end);
  let position = Math.max(start, head.length);
  while (position < end) {
    const piece = zeros.subarray(0, end - position);
    yield piece;
    position += piece.length;
  }
}

/** Undefined: none, or one that is to be ignored. */
function readRange(
  header: string | undefined,
  size: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return start < end ? { start, end } : 'unsatisfiable';
}
