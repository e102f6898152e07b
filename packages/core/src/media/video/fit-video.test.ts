import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JobFormat, VideoRequest } from '../../protocol/job.ts';
import type { VideoAbilities } from './fit-video.ts';
import { openAIVideos } from './openai-videos.ts';
import { plain } from './parse-videos-request.ts';
import { veoOnGemini } from './veo-on-gemini.ts';
import { veoOnVertex } from './veo-on-vertex.ts';
import { grokAbilities, soraAbilities, veoAbilities } from './video-models.ts';
import { xaiVideos } from './xai-videos.ts';

const wish = (fields: Partial<VideoRequest>): VideoRequest => ({ ...plain, prompt: 'a fox', ...fields });

const makers: readonly (readonly [JobFormat<VideoRequest>, string, VideoAbilities])[] = [
  [openAIVideos, 'sora-2', soraAbilities('sora-2') ?? veoAbilities('')],
  [openAIVideos, 'sora-2-pro', soraAbilities('sora-2-pro') ?? veoAbilities('')],
  [veoOnGemini, 'veo-2.0-generate-001', veoAbilities('veo-2.0-generate-001')],
  [veoOnGemini, 'veo-3.0-fast-generate-001', veoAbilities('veo-3.0-fast-generate-001')],
  [veoOnGemini, 'veo-3.1-generate-preview', veoAbilities('veo-3.1-generate-preview')],
  [veoOnVertex, 'veo-3.1-generate-001', veoAbilities('veo-3.1-generate-001')],
  [xaiVideos, 'grok-imagine-video', grokAbilities('grok-imagine-video')],
  [xaiVideos, 'grok-imagine-video-1.5', grokAbilities('grok-imagine-video-1.5')],
];

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

const refusal: unknown = expect.objectContaining({
  code: 'VE_PARAMETER_INVALID',
  details: {
    parameter: expect.stringMatching(/^(?:seconds|size|n|aspect_ratio|resolution)$/),
    reason: expect.stringMatching(/^it must be .*\d/),
  },
  failure: expect.objectContaining({ retry: 'elsewhere', sent: false }),
});

const size = fc.oneof(
  fc.constantFrom([1280, 720], [720, 1280], [1024, 1024], [1920, 1080], [3840, 2160], [1024, 1792]),
  fc.tuple(fc.integer({ min: 16, max: 8192 }), fc.integer({ min: 16, max: 8192 })),
);

const anyWish = fc
  .record({
    seconds: fc.option(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(2.5)), { nil: undefined }),
    size: fc.option(size, { nil: undefined }),
    aspectRatio: fc.option(fc.constantFrom('16:9', '9:16', '1:1', '4:3', '21:9'), { nil: undefined }),
    resolution: fc.option(fc.constantFrom('480p', '720p', '1080p', '4k'), { nil: undefined }),
    n: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    isExact: fc.boolean(),
  })
  .map(({ size: pixels, ...fields }) => wish({ ...fields, width: pixels?.[0], height: pixels?.[1] }));

describe('whatever is asked for', () => {
  test('what is planned is what the model can make, and every change is told', () => {
    fc.assert(
      fc.property(fc.constantFrom(...makers), anyWish, ([format, model, abilities], request) => {
        const lenient = { ...request, isExact: false };
        const plan = format.plan(lenient, model);
        expect(abilities.seconds).toContain(plan.seconds);
        expect(abilities.frames.map(({ width, height }) => `${width}x${height}`)).toContain(
          `${plan.width}x${plan.height}`,
        );
        const isSharpVeo =
          abilities.isPossible !== undefined && Math.min(plan.width ?? 0, plan.height ?? 0) > 720;
        expect(isSharpVeo && plan.seconds !== 8).toBe(false);
        const told = plan.adjusted.map((change) => change.split(':')[0]);
        expect(told.includes('seconds')).toBe(
          request.seconds !== undefined && request.seconds !== plan.seconds,
        );
        expect(told.includes('size')).toBe(
          request.width !== undefined && (request.width !== plan.width || request.height !== plan.height),
        );
        expect(told.includes('n')).toBe(request.n !== undefined && request.n !== plan.n);
        expect(format.renderRequest(lenient, model).adjusted).toEqual(plan.adjusted);
        expect(format.distance?.(lenient, model) === 0).toBe(plan.adjusted.length === 0);
      }),
    );
  });

  test('who wants just that gets it, or is told which parameter is at fault', () => {
    fc.assert(
      fc.property(fc.constantFrom(...makers), anyWish, ([format, model], request) => {
        const lenient = format.plan({ ...request, isExact: false }, model);
        const exact = attempt(() => format.plan({ ...request, isExact: true }, model));
        expect(exact).toEqual(lenient.adjusted.length === 0 ? lenient : refusal);
      }),
    );
  });

  test('what is possible is made just so', () => {
    for (const [format, model, { seconds, frames }] of makers) {
      for (const { width, height } of frames) {
        const length = seconds.at(-1);
        const request = wish({ seconds: length, width, height, isExact: true });
        expect(format.plan(request, model)).toMatchObject({ seconds: length, width, height, adjusted: [] });
      }
    }
  });
});

describe('the nearest', () => {
  test.each<[string, JobFormat<VideoRequest>, string, Partial<VideoRequest>, readonly string[]]>([
    ['up first', veoOnGemini, 'veo-3.1-generate-preview', { seconds: 5 }, ['seconds: 5 -> 6']],
    ['then the longest', veoOnGemini, 'veo-3.1-generate-preview', { seconds: 10 }, ['seconds: 10 -> 8']],
    ['a video of 40 seconds', openAIVideos, 'sora-2', { seconds: 40 }, ['seconds: 40 -> 12']],
    ['any length up to the longest', xaiVideos, 'grok-imagine-video', { seconds: 15 }, []],
    [
      'a square, where there is none',
      openAIVideos,
      'sora-2',
      { width: 1024, height: 1024 },
      ['size: 1024x1024 -> 720x1280'],
    ],
    [
      'a square, where there is one',
      xaiVideos,
      'grok-imagine-video',
      { width: 1024, height: 1024 },
      ['size: 1024x1024 -> 720x720'],
    ],
    [
      'the shape before the number of pixels',
      openAIVideos,
      'sora-2-pro',
      { width: 1920, height: 1080 },
      ['size: 1920x1080 -> 1792x1024'],
    ],
    [
      'a shape by its name',
      veoOnVertex,
      'veo-3.0-generate-001',
      { aspectRatio: '3:4', resolution: '1080p' },
      ['aspect_ratio: 3:4 -> 9:16'],
    ],
    [
      'a resolution by its name',
      veoOnVertex,
      'veo-3.0-generate-001',
      { resolution: '4k' },
      ['resolution: 4k -> 1080p'],
    ],
    [
      'a length that its size needs',
      veoOnGemini,
      'veo-3.0-generate-001',
      { seconds: 4, resolution: '1080p' },
      ['seconds: 4 -> 8'],
    ],
    ['as many as it makes', veoOnVertex, 'veo-3.0-generate-001', { n: 6 }, ['n: 6 -> 4']],
  ])('%s', (_title, format, model, fields, adjusted) => {
    expect(format.plan(wish(fields), model).adjusted).toEqual(adjusted);
  });

  test('a last frame, or pictures to go by, make it 8 seconds long', () => {
    const png = 'data:image/png;base64,iVBORw0KGgoAAAAN';
    const image = { bytes: Buffer.from('abc'), type: 'image/png' };
    for (const extra of [{ last_frame: png }, { reference_images: [png] }])
      expect(veoOnVertex.plan(wish({ seconds: 4, image, extra }), 'veo-3.1-generate-001').adjusted).toEqual([
        'seconds: 4 -> 8',
      ]);
  });

  test('a target that does just that is nearer than one that does not', () => {
    const request = wish({ seconds: 15, width: 1920, height: 1080 });
    const veo = veoOnGemini.distance?.(request, 'veo-3.1-generate-preview');
    const grok = xaiVideos.distance?.(request, 'grok-imagine-video-1.5');
    expect(grok).toBe(0);
    expect(veo).toBeGreaterThan(0);
  });
});

describe('who wants just that', () => {
  test.each<[JobFormat<VideoRequest>, string, Partial<VideoRequest>, string, string]>([
    [openAIVideos, 'sora-2', { seconds: 40 }, 'seconds', 'it must be one of 4, 8, 12'],
    [openAIVideos, 'sora-2', { width: 1024, height: 1792 }, 'size', 'it must be one of 720x1280, 1280x720'],
    [xaiVideos, 'grok-imagine-video', { seconds: 40 }, 'seconds', 'it must be a whole number from 1 to 15'],
    [
      veoOnGemini,
      'veo-3.0-generate-001',
      { seconds: 4, width: 1920, height: 1080 },
      'seconds',
      'it must be 8 where the size is 1920x1080',
    ],
  ])('is told what there is', (format, model, fields, parameter, reason) => {
    expect(() => format.plan(wish({ ...fields, isExact: true }), model)).toThrow(
      expect.objectContaining({ details: { parameter, reason } }),
    );
  });
});
