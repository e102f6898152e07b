import { encodeStream, plainWriting, type Writing } from './encode-stream.ts';
import type { Heard } from './faces/heard.ts';
import { call, post, type Told, understand } from './listen.ts';
import type { Stage } from './play-stream.ts';
import type { Script } from './script.ts';
import type { Vendor, WireEvent } from './vendors/vendor.ts';

/** An answer with something of everything, and characters of two, three and four bytes. */
export const script: Script = {
  name: 'a',
  sayings: [
    { kind: 'reasoning', pieces: ['Hm', 'm.'] },
    { kind: 'text', pieces: ['Größe: ', '日本', ' 😀'] },
    { kind: 'call', name: 'look', pieces: ['{"at"', ':"ü"}'] },
  ],
  end: 'calls',
};

export function write(events: readonly WireEvent[], vendor: Vendor, writing: Partial<Writing> = {}): Buffer {
  return Buffer.concat(encodeStream(events, vendor, { ...plainWriting, ...writing }));
}

/** What a caller is told of a stream of these bytes; `size`: of the pieces that it comes in. */
export async function playBytes(
  { opened, vendor, face }: Stage,
  sent: Buffer,
  size: number = sent.length,
): Promise<{ readonly told: Told; readonly heard: Heard }> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < sent.length; at += size) pieces.push(sent.subarray(at, at + size));
  opened.answerers[vendor.dialect].answer = () => ({
    status: 200,
    type: vendor.streamType,
    pieces,
    isReset: false,
  });
  const { path, body } = face.ask(vendor.dialect, true);
  const told = await call(opened.gateway, path, post(JSON.stringify(body)));
  return { told, heard: understand(face, told) };
}
