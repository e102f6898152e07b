import { type AnswerScript, manualClock } from '@vector-engine/testing';
import { OpenAI, toFile } from 'openai';
import { describe, expect, test } from 'vitest';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { onceWhere } from './once-where.ts';
import { openStudio, refusalOf, type Studio } from './studio.ts';
import { operatorKey, type VendorName } from './vendors.ts';

interface Painter {
  readonly vendor: VendorName;
  readonly model: string;
  /** Media type of what it makes. */
  readonly type: 'png' | 'jpeg';
  /** It makes several at once. */
  readonly makesSeveral?: false;
  readonly edits?: false;
  /** It takes a mask with a picture to change. */
  readonly masks?: true;
}

const painters: readonly Painter[] = [
  { vendor: 'openai', model: 'gpt-image-1.5', type: 'png', masks: true },
  { vendor: 'openai', model: 'dall-e-2', type: 'png', masks: true },
  { vendor: 'azure', model: 'gpt-image-1.5', type: 'png', masks: true },
  { vendor: 'azure-deployments', model: 'gpt-image-1.5', type: 'png', masks: true },
  { vendor: 'openai-compatible', model: 'dall-e-2', type: 'png', masks: true },
  { vendor: 'gemini', model: 'gemini-2.5-flash-image', type: 'png', makesSeveral: false },
  { vendor: 'gemini', model: 'imagen-4.0-generate-001', type: 'png', edits: false },
  { vendor: 'vertex', model: 'gemini-2.5-flash-image', type: 'png', makesSeveral: false },
  { vendor: 'vertex', model: 'imagen-4.0-generate-001', type: 'png' },
  { vendor: 'xai', model: 'grok-imagine-image', type: 'jpeg' },
  { vendor: 'together', model: 'black-forest-labs/FLUX.1-schnell', type: 'png', edits: false },
  { vendor: 'siliconflow', model: 'black-forest-labs/FLUX.1-schnell', type: 'png', edits: false },
];

const prompt = 'a fox in the snow';

function studioOf(
  { vendor, model }: Painter,
  more: Partial<Parameters<typeof openStudio>[0]> = {},
): Promise<Studio> {
  return openStudio({ vendors: [vendor], models: [model], ...more });
}

function masked(): FormData {
  const form = new FormData();
  form.set('model', 'made');
  form.set('prompt', prompt);
  form.set('image', new File([Buffer.from(png, 'base64')], 'fox.png', { type: 'image/png' }));
  form.set('mask', new File([Buffer.from(png, 'base64')], 'mask.png', { type: 'image/png' }));
  return form;
}

describe.each(painters)('pictures of $vendor, $model', (painter) => {
  const { type } = painter;

  test('come as data, and as an address that needs no key, whichever is asked for', async () => {
    await using studio = await studioOf(painter);
    const { client, gateway, ends } = studio;
    const asked = { model: 'made', prompt, n: painter.makesSeveral === false ? 1 : 2 };
    const data = await client.images.generate({ ...asked, response_format: 'b64_json' });
    expect(data.data?.map(({ url }) => url)).toEqual(Array.from({ length: asked.n }, () => undefined));
    for (const { b64_json } of data.data ?? [])
      expect(kindOf(Buffer.from(b64_json ?? '', 'base64'))).toBe(type);
    const links = await client.images.generate({ ...asked, response_format: 'url' });
    expect(links.data).toHaveLength(asked.n);
    for (const { url = '', b64_json } of links.data ?? []) {
      expect(b64_json).toBeUndefined();
      const picture = await download(url, gateway.fetch);
      expect(picture.type).toBe(`image/${type}`);
      expect(kindOf(picture.bytes)).toBe(type);
    }
    // The addresses are asked for as well.
    expect(ends.flatMap(({ usage }) => usage?.media?.images ?? [])).toEqual([asked.n, asked.n]);
  });

  test('say who made them, and never who paid', async () => {
    await using studio = await studioOf(painter);
    const answer = await studio.ask('/v1/images/generations', { model: 'made', prompt });
    expect([
      answer.status,
      answer.headers.get('x-vector-upstream'),
      answer.headers.get('x-vector-model'),
    ]).toEqual([200, 'vendor0', painter.model]);
    expect(await answer.text()).not.toContain(operatorKey);
  });

  test.each(onceWhere(painter.edits === false))(
    'a picture is not changed, and no other is made instead',
    async () => {
      await using studio = await studioOf(painter);
      const images = [{ image_url: `data:image/png;base64,${png}` }];
      const refusal = await refusalOf(
        await studio.ask('/v1/images/edits', { model: 'made', prompt, images }),
      );
      expect([400, 404]).toContain(refusal.status);
      expect(studio.ends[0]?.usage).toBeUndefined();
    },
  );

  test.each(onceWhere(painter.edits !== false))(
    'a picture is changed, from a form and from JSON',
    async () => {
      await using studio = await studioOf(painter);
      const { client, ask } = studio;
      const image = await toFile(Buffer.from(png, 'base64'), 'fox.png', { type: 'image/png' });
      const inJson = {
        model: 'made',
        prompt,
        response_format: 'b64_json',
        images: [{ image_url: `data:image/png;base64,${png}` }],
      };
      const changed = await client.images.edit({ model: 'made', image, prompt, response_format: 'b64_json' });
      expect(kindOf(Buffer.from(changed.data?.[0]?.b64_json ?? '', 'base64'))).toBe(type);
      const answer = await ask('/v1/images/edits', inJson);
      const { data } = (await answer.json()) as { data: { b64_json: string }[] };
      expect(kindOf(Buffer.from(data[0]?.b64_json ?? '', 'base64'))).toBe(type);
    },
  );

  test.each(onceWhere(painter.masks))('a mask goes with it', async () => {
    await using studio = await studioOf(painter);
    const answer = await studio.form('/v1/images/edits', masked());
    expect(answer.status).toBe(200);
    expect(studio.upstream.requests[0]?.rawBody.toString('latin1')).toContain('name="mask"');
    await answer.text();
  });

  test.each(onceWhere(!(painter.masks === true || painter.edits === false)))(
    'a mask is a 400 that names it',
    async () => {
      await using studio = await studioOf(painter);
      const refusal = await refusalOf(await studio.form('/v1/images/edits', masked()));
      expect(refusal).toMatchObject({ status: 400, param: 'mask' });
      expect(studio.upstream.requests).toHaveLength(0);
    },
  );

  test('a stream has the events that the SDK reads, whoever makes them', async () => {
    await using studio = await studioOf(painter);
    const stream = await studio.client.images.generate({
      model: 'made',
      prompt,
      stream: true,
      partial_images: 2,
    });
    const events: string[] = [];
    let last = '';
    for await (const event of stream) {
      events.push(event.type);
      last = event.b64_json;
    }
    expect(kindOf(Buffer.from(last, 'base64'))).toBe(type);
    const partial = 'image_generation.partial_image';
    const streams = painter.model.startsWith('gpt-image') && painter.vendor !== 'openai-compatible';
    expect(events).toEqual([...(streams ? [partial, partial] : []), 'image_generation.completed']);
    expect(studio.ends[0]).toMatchObject({ status: 200, usage: { media: { images: 1 } } });
  });

  test('one that may not be shown is refused as a whole, in the words of OpenAI', async () => {
    await using studio = await studioOf(painter);
    const refusal = await refusalOf(
      await studio.ask('/v1/images/generations', { model: 'made', prompt: 'a forbidden thing' }),
    );
    expect(refusal.status).toBe(400);
    expect(studio.upstream.requests).toHaveLength(1);
  });

  test('a size that there is none of is a 400 that names the parameter', async () => {
    await using studio = await studioOf(painter);
    for (const size of ['huge', '0x10', '1024x']) {
      const refusal = await refusalOf(
        await studio.ask('/v1/images/generations', { model: 'made', prompt, size }),
      );
      expect(refusal).toMatchObject({ status: 400, param: 'size' });
      expect(refusal.message).toMatch(/1024/);
    }
    expect(studio.upstream.requests).toHaveLength(0);
  });

  test('is made once: a reset after it was asked for is no reason to ask again', async () => {
    const vendors = [painter.vendor, painter.vendor];
    await using studio = await openStudio({ vendors, models: [painter.model, painter.model] });
    studio.upstream.fail({ type: 'reset-before-headers' });
    const answer = await studio.ask('/v1/images/generations', { model: 'made', prompt });
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(await refusalOf(answer)).toMatchObject({ status: 502 });
    expect(studio.upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
    expect(studio.ends[0]).toMatchObject({ error: 'VE_OUTCOME_UNKNOWN', attempts: 1 });
  });
});

describe('where the next vendor is asked', () => {
  const two = { vendors: ['openai', 'xai'], models: ['gpt-image-1.5', 'grok-imagine-image'] } as const;

  test.each([429, 503])('%i: it has not begun', async (status) => {
    await using studio = await openStudio(two);
    studio.upstream.fail({ type: 'status', status });
    const { data } = await studio.client.images.generate({
      model: 'made',
      prompt,
      response_format: 'b64_json',
    });
    expect(kindOf(Buffer.from(data?.[0]?.b64_json ?? '', 'base64'))).toBe('jpeg');
    expect(studio.ends[0]).toMatchObject({ attempts: 2, target: { upstream: 'vendor1' } });
  });

  test.each([500, 502, 504, 408])('%i: nobody knows whether it was made', async (status) => {
    await using studio = await openStudio(two);
    studio.upstream.fail({ type: 'status', status });
    const answer = await studio.ask('/v1/images/generations', { model: 'made', prompt });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    await answer.text();
    expect(studio.upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
  });

  test.each([
    { type: 'status', status: 500 },
    { type: 'status', status: 409 },
    { type: 'status', status: 500, body: '<p>' },
    { type: 'reset-after-headers' },
  ] as const)("%j: the vendors' own client, which asks again by itself, does not", async (fault) => {
    await using studio = await openStudio(two);
    studio.upstream.fail(fault);
    const { fetch } = studio.gateway;
    const client = new OpenAI({ apiKey: 'not used', baseURL: 'http://gateway/v1', fetch, maxRetries: 3 });
    await expect(client.images.generate({ model: 'made', prompt })).rejects.toMatchObject({
      status: expect.any(Number),
    });
    expect(studio.upstreams.map(({ requests }) => requests.length)).toEqual([1, 0]);
  });

  test('an edit whose first vendor has no time gives the next the whole picture', async () => {
    await using studio = await openStudio({
      vendors: ['openai', 'openai'],
      models: ['gpt-image-1.5', 'gpt-image-1.5'],
    });
    studio.upstream.fail({ type: 'status', status: 503 });
    const image = Buffer.from(png, 'base64');
    const form = new FormData();
    form.set('image', new File([image], 'fox.png', { type: 'image/png' }));
    form.set('prompt', prompt);
    form.set('model', 'made');
    const answer = await studio.form('/v1/images/edits', form);
    expect([answer.status, answer.headers.get('x-vector-attempts')]).toEqual([200, '2']);
    await answer.text();
    for (const { requests } of studio.upstreams)
      expect(requests[0]?.rawBody.toString('latin1')).toContain(image.toString('latin1'));
  });
});

const allFiltered: AnswerScript = () => ({ content: '', finishReason: 'content_filter' });
const secondFiltered: AnswerScript = (request, index) =>
  index === 1 ? allFiltered(request, index) : { content: 'fine' };

describe('pictures that are filtered', () => {
  const filtering: readonly Painter[] = [
    { vendor: 'xai', model: 'grok-imagine-image', type: 'jpeg' },
    { vendor: 'vertex', model: 'imagen-4.0-generate-001', type: 'png' },
    { vendor: 'gemini', model: 'imagen-4.0-generate-001', type: 'png' },
  ];

  test.each(filtering)('$vendor: some of them are told beside the others', async (painter) => {
    await using studio = await studioOf(painter, { simulation: { answer: secondFiltered } });
    const reply = await studio.ask('/v1/images/generations', { model: 'made', prompt, n: 3 });
    const body = (await reply.json()) as { data: object[]; filtered: { index: number; reason: string }[] };
    expect([reply.status, body.data.length]).toEqual([200, 2]);
    expect(body.filtered).toEqual([{ index: 1, reason: expect.stringMatching(/\w/) }]);
    expect(studio.ends[0]?.usage?.media?.images).toBe(2);
  });

  test.each(filtering)(
    "$vendor: all of them are a 400 in OpenAI's words, and are not asked for again",
    async (painter) => {
      await using studio = await studioOf(painter, { simulation: { answer: allFiltered } });
      const refusal = await refusalOf(
        await studio.ask('/v1/images/generations', { model: 'made', prompt, n: 2 }),
      );
      expect(refusal).toMatchObject({ status: 400, code: 'moderation_blocked' });
      expect(studio.upstream.requests).toHaveLength(1);
    },
  );
});

async function linked(studio: Studio): Promise<string> {
  const { data } = await studio.client.images.generate({ model: 'made', prompt, response_format: 'url' });
  return data?.[0]?.url ?? '';
}

describe('an address of ours', () => {
  const options = {
    vendors: ['openai'],
    models: ['gpt-image-1.5'],
    secret: 'a secret of thirty-two characters',
  } as const;

  test('gives the part that is asked for, to anybody, and to nobody who has changed it', async () => {
    await using studio = await openStudio({ ...options, identify: () => undefined });
    await using open = await openStudio(options);
    const url = await linked(open);
    const whole = await download(url, open.gateway.fetch);
    const part = await open.gateway.fetch(url, { headers: { range: 'bytes=0-3' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 0-3/${whole.bytes.length}`,
    ]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.bytes.subarray(0, 4));
    const beyond = await open.gateway.fetch(url, { headers: { range: `bytes=${whole.bytes.length}-` } });
    expect(beyond.status).toBe(416);
    const head = await open.gateway.fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.bytes.length)]);
    const address = new URL(url);
    const changes = [
      (one: URL) => one.searchParams.set('exp', '99999999999'),
      (one: URL) => one.searchParams.delete('sig'),
      (one: URL) => one.searchParams.set('sig', 'x'),
      (one: URL) => {
        one.pathname = one.pathname.replace(/media_./, 'media_z');
      },
    ];
    for (const change of changes) {
      const changed = new URL(address);
      change(changed);
      expect((await open.gateway.fetch(changed)).status).toBe(403);
    }
    // Good at another gateway with the same secret, where nobody is known: it has no such file.
    expect((await studio.gateway.fetch(url)).status).toBe(404);
  });

  test('is good for an hour', async () => {
    const clock = manualClock();
    await using studio = await openStudio({ ...options, clock });
    const url = await linked(studio);
    await clock.advance(3_599_000);
    expect((await studio.gateway.fetch(url)).status).toBe(200);
    await clock.advance(2000);
    expect((await studio.gateway.fetch(url)).status).toBe(403);
  });
});

describe.each<HostName>(['Express 5', 'Express 4', 'Koa 3', 'Koa 2'])('through %s', (door) => {
  test('the official client gets pictures, changed ones and streams, and links that lead back', async () => {
    await using studio = await openStudio({ vendors: ['openai'], models: ['gpt-image-1.5'] });
    const host = await startHost(door, studio.gateway, '/ai');
    try {
      const client = new OpenAI({ apiKey: 'not used', baseURL: host.baseURL, maxRetries: 0 });
      const made = await client.images.generate({ model: 'made', prompt, response_format: 'url' });
      const url = made.data?.[0]?.url ?? '';
      expect(url.startsWith(`${host.origin}/ai/v1/media/`)).toBe(true);
      expect(kindOf((await download(url, globalThis.fetch)).bytes)).toBe('png');
      const image = await toFile(Buffer.from(png, 'base64'), 'fox.png', { type: 'image/png' });
      const changed = await client.images.edit({ model: 'made', image: [image, image], prompt });
      expect(kindOf(Buffer.from(changed.data?.[0]?.b64_json ?? '', 'base64'))).toBe('png');
      const stream = await client.images.edit({
        model: 'made',
        image,
        prompt,
        stream: true,
        partial_images: 1,
      });
      const types: string[] = [];
      for await (const event of stream) types.push(event.type);
      expect(types).toEqual(['image_edit.partial_image', 'image_edit.completed']);
    } finally {
      await host.close();
    }
  });

  test('and variations', async () => {
    await using studio = await openStudio({ vendors: ['openai'], models: ['dall-e-2'] });
    const host = await startHost(door, studio.gateway);
    try {
      const client = new OpenAI({ apiKey: 'not used', baseURL: host.baseURL, maxRetries: 0 });
      const image = await toFile(Buffer.from(png, 'base64'), 'fox.png', { type: 'image/png' });
      const { data } = await client.images.createVariation({
        model: 'made',
        image,
        n: 2,
        response_format: 'b64_json',
      });
      expect(data).toHaveLength(2);
    } finally {
      await host.close();
    }
  });
});

/** One transparent pixel. */
const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

function kindOf(bytes: Buffer): string {
  const start = bytes.toString('hex', 0, 4);
  if (start === '89504e47') return 'png';
  return start.startsWith('ffd8ff') ? 'jpeg' : `neither: ${start}`;
}

/** By whoever keeps it: the gateway, or the vendor itself. */
async function download(
  url: string,
  fetch: Studio['gateway']['fetch'],
): Promise<{ type: string | null; bytes: Buffer }> {
  const isOurs = new URL(url).pathname.includes('/v1/media/');
  const response = await (isOurs ? fetch : globalThis.fetch)(url);
  if (!response.ok) throw new Error(`${url} is answered with ${response.status}`);
  return { type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) };
}
