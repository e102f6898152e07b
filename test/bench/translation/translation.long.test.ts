import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningSubject, type Stage, setStage, TRANSLATING } from '../lineup.ts';
import { DIALECTS, measureRequests } from './measure-requests.ts';
import { measureStreams, verifyPair } from './measure-streams.ts';
import { PAIRS, VERBATIM } from './pairs.ts';
import { missesOfTranslation, renderTranslation, type Translation } from './report-translation.ts';

describe('the gateway between formats', () => {
  let stage: Stage;
  let subject: RunningSubject;

  beforeAll(async () => {
    stage = await setStage({ fromSource: true, pin: false });
    subject = await stage.start(TRANSLATING);
  });
  afterAll(() => stage?.close());

  test.each([VERBATIM, ...PAIRS])('every delta reaches the caller: $label', async (pair) => {
    await expect(verifyPair(stage, subject, pair)).resolves.toBeUndefined();
  });

  test('every pair is measured, and no request of it is lost', async () => {
    const times = { warmMs: 5, measureMs: 20 };
    const samples = await measureStreams(stage, subject, { rounds: 1, times, warmUpMs: 20 });
    expect([...samples.keys()].toSorted()).toEqual([VERBATIM, ...PAIRS].map(({ name }) => name).toSorted());
    for (const rounds of samples.values()) {
      expect(rounds).toHaveLength(1);
      for (const { paced, burst } of rounds) {
        expect(paced).toBeGreaterThan(0);
        expect(burst).toBeGreaterThan(0);
      }
    }
  });
});

test('a request of every format is translated into every other, and is about a megabyte', async () => {
  const rows = await measureRequests({ rounds: 1, warmingRounds: 0, pin: false });
  expect(rows).toHaveLength(3 * DIALECTS.length);
  for (const { bytes, copy, ratios, source } of rows) {
    expect(bytes / 1_000_000).toBeCloseTo(1, 1);
    expect(copy).toBeGreaterThan(0);
    expect([...ratios.keys()]).toEqual(DIALECTS.filter((dialect) => dialect !== source));
  }
});

const sample = (paced: number, burst: number): { paced: number; burst: number } => ({ paced, burst });

describe('the report', () => {
  const translation: Translation = {
    streams: new Map([
      ['verbatim', [sample(20, 1), sample(40, 2), sample(30, 1)]],
      ['chat-gemini', [sample(30, 2), sample(40, 4), sample(36, 4)]],
      ['responses-chat', [sample(90, 2), sample(100, 2), sample(99, 2)]],
    ]),
    growths: new Map([
      ['verbatim', 1_024],
      ['chat-gemini', 3 * 1_024 * 1_024],
    ]),
    requests: [
      {
        shape: 'image',
        source: 'gemini',
        bytes: 1_000_000,
        copy: 2.5,
        ratios: new Map([
          ['openai-chat', { codecs: 1.1, whole: 1.9 }],
          ['bedrock', { codecs: 1.2, whole: 2.1 }],
        ]),
      },
    ],
  };

  test('ratios are taken per round, then their median; what was not measured is not shown', () => {
    expect(renderTranslation(translation)).toMatchInlineSnapshot(`
      "streamed             CPU per delta  ratio  in a burst  ratio      growth
      chat, verbatim             30.0 us   1.00     1.00 us   1.00     1.00 KB
      chat from Gemini           36.0 us   1.20     4.00 us   2.00     3072 KB
      Responses from chat        99.0 us   3.30     2.00 us   2.00           -
      target                               <= 3               <= 3  <= 2048 KB
      Ratio: to the verbatim path of the same round. Growth: managed memory of one stream of 100,000 deltas, at 90 % beyond that at 10 %.

      1 MB request               JSON copy      to chat  to Responses  to Anthropic  to Gemini   to Bedrock
      one large picture, Gemini    2.50 ms  1.10 / 1.90                                         1.20 / 2.10
      target                                       <= 2          <= 2          <= 2       <= 2         <= 2
      Beside JSON.parse and JSON.stringify alone: the codecs, text to text / the whole way, bytes to bytes with the check of the envelope."
    `);
  });

  test('bounds that are not kept are named', () => {
    expect(missesOfTranslation(translation)).toMatchInlineSnapshot(`
      [
        "chat from Gemini: growth in bytes 3145728.00, target <= 2097152",
        "Responses from chat: CPU per delta 3.30, target <= 3",
        "one large picture, whole way: 1 of 2, the worst Gemini to Bedrock 2.10, target <= 2",
      ]
    `);
  });
});
