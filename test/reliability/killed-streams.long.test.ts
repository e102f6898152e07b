import { existsSync, readFileSync } from 'node:fs';
import { createGateway } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { deaths, expectAfterCut, startDyingUpstream } from './dying-upstream.ts';
import { otherStream, stream } from './streams.ts';
import { ask, question, upstreamAt } from './support.ts';

const recording = new URL('../../../shared/fixtures/openai/text-stream.json', import.meta.url);

function readRecording(): string {
  const parsed = JSON.parse(readFileSync(recording, 'utf8')) as {
    interactions: { response: { text: string } }[];
  };
  const events = (parsed.interactions[0]?.response.text ?? '').split(/(?<=\n\n)/);
  // The whole is 100 KB: its beginning and its end are enough to die in.
  return [...events.slice(0, 4), ...events.slice(-4)].join('');
}

/** Kills the upstream at every byte of the stream, in every way, and says where the caller saw what they should not. */
async function findFaults(text: string, pieces: number): Promise<string[]> {
  const body = Buffer.from(text);
  await using dying = await startDyingUpstream(body);
  await using second = await replay(
    { headers: { 'content-type': 'text/event-stream' }, body: otherStream },
    { keepRequests: 1 },
  );
  await using gateway = createGateway({
    upstreams: {
      first: upstreamAt(dying, { takesUsageOption: false }),
      second: upstreamAt(second, { takesUsageOption: false }),
    },
    models: { chat: ['first/m', 'second/m'] },
    open: true,
    breaker: { failureRate: 1, consecutiveFailures: 1_000_000 },
    retry: { savings: 1_000_000 },
  });
  const faults: string[] = [];
  for (const how of deaths) {
    for (let at = 0; at <= body.length; at++) {
      dying.cut = { at, how, pieces };
      const options = { stream_options: { include_usage: true } };
      const response = await ask(gateway, { ...question, stream: true, ...options });
      const got = await response.text();
      const expected = expectAfterCut(text, dying.cut);
      const added = expected === undefined ? '' : got.slice(expected.events.length);
      const isRight =
        expected === undefined
          ? got === otherStream
          : got.startsWith(expected.events) &&
            (expected.isComplete ? added === '' : /^data: \{"error":\{[^\n]+\}\}\n\n$/.test(added));
      if (!isRight) faults.push(`${how} at ${at}: ${JSON.stringify(got.slice(-300))}`);
    }
  }
  return faults;
}

describe('failover is invisible before the first byte, honest after', () => {
  it('killed at every byte of a stream that comes in writes of one byte', async () => {
    expect(await findFaults(stream, 1)).toEqual([]);
  });

  it.skipIf(!existsSync(recording) && process.env['CI'] !== 'true')(
    'killed at every byte of a recorded stream, in whole writes',
    async () => {
      expect(await findFaults(readRecording(), 1_000_000)).toEqual([]);
    },
  );
});
