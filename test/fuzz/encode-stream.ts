import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { type SentEvent, writeJson } from './change-field.ts';
import type { Vendor } from './vendors/vendor.ts';

/** How events are written down; a reader must not care. */
export interface Writing {
  readonly lineEnd: '\n' | '\r\n' | '\r';
  readonly hasMark: boolean;
  /** What stands between events: comments, empty events, fields that mean nothing. */
  readonly between: string;
  /** The JSON on several lines of data. */
  readonly isIndented: boolean;
  readonly hasSpace: boolean;
}

export const plainWriting: Writing = {
  lineEnd: '\n',
  hasMark: false,
  between: '',
  isIndented: false,
  hasSpace: true,
};

export const writings: fc.Arbitrary<Writing> = fc.record({
  lineEnd: fc.constantFrom('\n', '\n', '\r\n', '\r'),
  hasMark: fc.boolean(),
  between: fc.constantFrom('', '', ': keep-alive\n\n', ':\n', 'id: 7\nretry: 10\n', 'data: \n\n', '\n\n'),
  isIndented: fc.boolean(),
  hasSpace: fc.boolean(),
});

/** The bytes of each event; what stands before an event belongs to it. */
export function encodeStream(
  events: readonly SentEvent[],
  vendor: Vendor,
  writing: Writing,
): readonly Buffer[] {
  if (vendor.dialect === 'bedrock') return events.map(encodeAwsEvent);
  return events.map((event, index) => {
    const mark = index === 0 && writing.hasMark ? '\ufeff' : '';
    return Buffer.from(mark + writeEvent(event, writing));
  });
}

function writeEvent({ name, data }: SentEvent, { lineEnd, between, isIndented, hasSpace }: Writing): string {
  const text = writeJson(data, isIndented ? 1 : 0);
  const space = hasSpace ? ' ' : '';
  const lines = [
    ...(name === undefined ? [] : [`event:${space}${name}`]),
    ...text.split(/\r\n|\n|\r/).map((line) => `data:${space}${line}`),
  ];
  return `${between}${lines.join('\n')}\n\n`.replaceAll('\n', lineEnd);
}

/** https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html */
function encodeAwsEvent({ name = 'event', data }: SentEvent): Buffer {
  const isException = name.endsWith('Exception');
  const headers = Buffer.concat([
    stringHeader(isException ? ':exception-type' : ':event-type', name),
    stringHeader(':content-type', 'application/json'),
    stringHeader(':message-type', isException ? 'exception' : 'event'),
  ]);
  const body = Buffer.from(writeJson(data, 0));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  const checked = Buffer.concat([prelude, checksum(prelude), headers, body]);
  return Buffer.concat([checked, checksum(checked)]);
}

function stringHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  const type = Buffer.from([7]);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), type, length, Buffer.from(value)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}
