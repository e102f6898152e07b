import { describe, expect, test } from 'vitest';
import { codecs } from '../dialects/codecs.ts';
import { GatewayError } from '../errors.ts';
import { defineUpstream } from './define-upstream.ts';
import { Secrets } from './hide-secrets.ts';
import { VerbatimReading } from './read-verbatim.ts';

const upstream = defineUpstream({ vendor: 'any', baseURL: 'http://127.0.0.1' });
const codec = codecs['anthropic-messages'];

function readStream(): ReturnType<VerbatimReading['readStream']> {
  const request = { model: 'any', stream: true, wantsUsage: false, messages: [] };
  const reading = new VerbatimReading({
    upstream: codec,
    caller: codec,
    streamType: 'text/event-stream',
    sentType: 'text/event-stream',
    context: { request, id: 'x', now: 0 },
    dropped: [],
    secrets: new Secrets(upstream, undefined),
  });
  return reading.readStream((reason) => new GatewayError('VE_UPSTREAM_PROTOCOL', { reason }));
}

const events = [
  { type: 'message_start', message: { id: 'm', model: 'm', content: [] } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
]
  .map((data) => `data: ${JSON.stringify(data)}\n\n`)
  .join('');

describe('a stream that passes as it is', () => {
  test('gives on a last event that lacks only its empty line', () => {
    const stream = readStream();
    const last = 'data: {"type":"message_stop"}';
    expect(stream.take(Buffer.from(events + last)).toString() + stream.end().toString()).toBe(events + last);
  });

  test('does not give on half an event, and is not whole with it', () => {
    const stream = readStream();
    expect(stream.take(Buffer.from(`${events}data: {"type":"mess`)).toString()).toBe(events);
    expect(() => stream.end()).toThrow('ended before its last event');
  });
});
