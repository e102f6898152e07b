import { type PlannedAnswer, streamAnswer, wholeAnswer } from '../server/plan-answer.ts';
import { encodeFrame } from '../wire/encode-frame.ts';

/** A 200 that no client can use. */
export function makeGarbage(content: 'binary' | 'html' | 'json' | 'sse' | 'eventstream'): PlannedAnswer {
  if (content === 'sse') {
    return streamAnswer(['data: {"id":"chatcmpl-1","choi\n\n', 'dat\n\n', 'data: <html>\n\n'], {});
  }
  if (content === 'eventstream') return streamAnswer([flipBit()], { 'content-type': eventStream });
  const [type, body] = bodies[content];
  return wholeAnswer(200, body, { 'content-type': type });
}

const bodies: Readonly<Record<'binary' | 'html' | 'json', readonly [type: string, body: string | Buffer]>> = {
  binary: ['application/json', Buffer.from([0, 255, 254, 128, 13, 10, 13, 10, 0, 192, 175])],
  html: ['text/html; charset=utf-8', '<!doctype html><title>Welcome to nginx!</title><h1>It works</h1>\n'],
  json: ['application/json', '{"id":"chatcmpl-1","choices":[{"index":0,"mess'],
};

const eventStream = 'application/vnd.amazon.eventstream';

/** A frame whose payload is not the one that its checksum was made for. */
function flipBit(): Buffer {
  const headers = {
    ':event-type': 'messageStart',
    ':content-type': 'application/json',
    ':message-type': 'event',
  };
  const frame = encodeFrame(headers, '{"role":"assistant"}');
  frame.writeUInt8(frame.readUInt8(frame.length - 8) ^ 1, frame.length - 8);
  return frame;
}
