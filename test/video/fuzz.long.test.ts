import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formats } from './studios.ts';
import { isRecord, openWorld, until, type World } from './world.ts';

/* Whatever a provider answers and a caller asks, nothing goes wrong inside the gateway, and nothing is made twice. */

const words = fc.constantFrom(
  'queued',
  'processing',
  'succeeded',
  'completed',
  'failed',
  'done',
  '',
  '../x',
  'https://films.example/a.mp4',
  'javascript:1',
  'models/veo/operations/1',
  'gs://a/b',
);
const leaf = fc.oneof(words, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string());

/** JSON with the names that formats look for, at any depth. */
const names = [
  'id task_id request_id name status state progress data url video error code message done',
  'response videos generateVideoResponse generatedSamples uri encodedVideo bytesBase64Encoded',
  'raiMediaFilteredCount usage seconds size width height duration expires_at __proto__',
  'constructor',
].flatMap((line) => line.split(' '));
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
  ),
}));

/** What looks like a job, more or less. */
const id = fc.oneof(
  fc.constantFrom('job_1', 'models/veo/operations/1', 'projects/p/models/veo/operations/1'),
  leaf,
);
const answer = fc.oneof(
  anything,
  fc.record(
    {
      id,
      name: id,
      request_id: id,
      status: words,
      done: fc.boolean(),
      error: fc.oneof(fc.constant(null), anything),
      data: anything,
      response: anything,
      video: fc.record({ url: leaf, duration: leaf, respect_moderation: leaf }, { requiredKeys: [] }),
      progress: leaf,
      seconds: leaf,
      size: leaf,
      expires_at: leaf,
      usage: anything,
    },
    { requiredKeys: ['id', 'name', 'request_id'] },
  ),
);

const codeOf = (value: unknown): unknown =>
  isRecord(value) && isRecord(value['error']) ? value['error']['code'] : undefined;

/** How often a provider was asked to make it. */
const countOf = ({ studio }: World, prompt: string): number =>
  studio.requests.filter(({ rawBody }) => rawBody.includes(prompt)).length;

describe.each(formats)('a provider that speaks %s', (format) => {
  test('and answers a wish with anything at all is asked once, and understood or not', async () => {
    await using world = await openWorld({
      format,
      breaker: { minimumAttempts: 1000, consecutiveFailures: 1000 },
    });
    let boats = 0;
    await fc.assert(
      fc.asyncProperty(answer, async (body) => {
        world.studio.fail({ type: 'status', status: 200, body }, { times: 1 });
        const prompt = `Boat number ${++boats};`;
        const response = await world.ask(
          '/v1/images/generations',
          { model: 'film', prompt },
          { headers: { prefer: 'respond-async' } },
        );
        const value: unknown = await response.json();
        const isUnknown = response.status === 502 && codeOf(value) === 'outcome_unknown';
        expect(isUnknown || [200, 202, 400, 422].includes(response.status)).toBe(true);
        expect(isUnknown ? response.headers.get('x-should-retry') : 'false').toBe('false');
      }),
      { numRuns: 60 },
    );
    const isCreated = (prompt: string): boolean => countOf(world, prompt) === 1;
    const prompts = Array.from({ length: boats }, (_, index) => `Boat number ${index + 1};`);
    // Of one that takes its time its caller hears later.
    await until(() => prompts.every(isCreated));
    expect(prompts.filter((prompt) => !isCreated(prompt))).toEqual([]);
  });

  test('and answers with anything at all how far it is does not make a job fall over', async () => {
    await using world = await openWorld({ format, tasks: { deadline: 30_000 } });
    const answers = fc.sample(answer, { numRuns: 40, seed: 7 });
    let index = 0;
    world.studio.jobs.plan({ takes: 3_600_000 });
    await Promise.all(
      answers.map((_, order) => world.ask('/v1/videos', { model: 'film', prompt: `Boat ${order}` })),
    );
    world.studio.fail(() => ({ type: 'status', status: 200, body: answers[index++ % answers.length] }));
    await until(() => world.studio.jobs.polls + index > answers.length * 2);
    const { data } = await world.client().videos.list({ limit: 100 });
    expect(data).toHaveLength(answers.length);
    for (const { status, progress } of data) {
      expect(['queued', 'in_progress', 'completed', 'failed']).toContain(status);
      expect(progress).toBeGreaterThanOrEqual(0);
      expect(progress).toBeLessThanOrEqual(100);
    }
  });
});

const field = fc.oneof(
  anything,
  fc.constantFrom('8', 8, '1280x720', '16:9', '720p', '15s', 'video', 10, 1e9),
);
const parameters = [
  'prompt seconds duration size width height aspect_ratio resolution n image input_reference',
  'images style type response_format quality metadata callback_url reference_images',
  'last_frame stream __proto__',
].flatMap((line) => line.split(' '));
const wishes = fc.dictionary(fc.constantFrom(...parameters), field, { maxKeys: 6 });

test.each(formats)(
  'whatever is asked of %s is made, or refused by the name of what is wrong',
  async (format) => {
    await using world = await openWorld({ format });
    const faces = ['/v1/videos', '/v1/video/generations', '/v1/images/generations'];
    await fc.assert(
      fc.asyncProperty(wishes, fc.constantFrom(...faces), async (wish, path) => {
        const body = { prompt: 'A boat', ...wish, model: 'film' };
        const response = await world.ask(path, body, { headers: { prefer: 'respond-async' } });
        const value: unknown = await response.json();
        if (response.status === 200 || response.status === 202) return;
        expect({ status: response.status, value }).toMatchObject({
          status: 400,
          value: { error: { param: expect.any(String) } },
        });
      }),
      { numRuns: 100 },
    );
  },
);
