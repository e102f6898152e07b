import {
  createGateway,
  defineUpstream,
  type EndEvent,
  toNodeListener,
  type Upstream,
} from '@vector-engine/core';
import { replay, type SimulatedUpstream } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { hasFixtures } from '../clients/fixtures.ts';
import { serve } from '../hosts/serve.ts';
import { until } from '../reliability/support.ts';
import { faces } from './faces.ts';
import { type Case, readCases } from './read-cases.ts';

/** An upstream of the dialect that was recorded, whatever path it is asked at. */
function upstreamOf({ dialect }: Case, { baseURL }: SimulatedUpstream): Upstream {
  return defineUpstream({ vendor: 'replayed', dialect, baseURL, path: () => '/anything' });
}

const writings = [
  { how: 'as it came', chunkSize: undefined },
  { how: 'in writes of 3 bytes', chunkSize: 3 },
] as const;

describe.skipIf(!hasFixtures)('every recording through every face', () => {
  // Of answers side by side the other SDKs know nothing.
  const cases = hasFixtures ? readCases().filter(({ name }) => name !== 'openai/multi-choice-stream') : [];

  describe.each(faces)('$name', (face) => {
    for (const { how, chunkSize } of writings) {
      // Its own dialect passes byte for byte, vendor's extras included: that is tested elsewhere.
      test.each(
        cases.filter(
          ({ dialect, isStream }) => dialect !== face.dialect && (isStream || chunkSize === undefined),
        ),
      )(`$name, ${how}`, async (recorded) => {
        await using upstream = await replay(recorded.recording);
        if (chunkSize !== undefined) upstream.fail({ type: 'write', chunkSize });
        await using gateway = createGateway({
          upstreams: { up: upstreamOf(recorded, upstream) },
          models: { any: 'up/model' },
          open: true,
          retry: { rounds: 0 },
        });
        const ends: EndEvent[] = [];
        gateway.on('end', (end) => void ends.push(end));
        await using host = await serve(toNodeListener(gateway));
        const heard = await face.ask(host.origin, recorded.isStream);
        expect({ text: heard.text, toolCalls: heard.toolCalls }).toEqual({
          text: recorded.expected.text,
          toolCalls: recorded.expected.toolCalls,
        });
        expect(heard.reasoning).toBe(recorded.expected.reasoning);
        expect([heard.input ?? 0, heard.output ?? 0]).toEqual([
          recorded.expected.input,
          recorded.expected.output,
        ]);
        await until(() => gateway.stats().active === 0, 'the request is over');
        // The meter counts the same, whatever the caller is told; what nobody has counted is estimated.
        const { input, output } = recorded.expected;
        const counted = { outputTokens: output };
        const usage = input + output === 0 ? { isEstimated: true } : counted;
        expect(ends).toMatchObject([{ status: 200, usage }]);
        expect(gateway.stats()).toMatchObject({ failed: 0, ...(input + output === 0 ? {} : counted) });
      });
    }
  });
});
