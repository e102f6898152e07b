import { describe, expect, test } from 'vitest';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { http2Client } from '../hosts/http2-client.ts';
import { readAll, send } from '../hosts/send.ts';
import { mediaCases, requestOf } from './operations.ts';
import { openStudio, refusalOf } from './studio.ts';

/** The bytes and headers that `fetch` would send. */
async function wireOf(init: RequestInit): Promise<{ headers: Record<string, string>; body: Buffer }> {
  const request = new Request('http://gateway', init);
  const body = Buffer.from(await request.arrayBuffer());
  return { headers: { 'content-type': request.headers.get('content-type') ?? '' }, body };
}

describe.each<HostName>(['Express 5', 'Express 4', 'Koa 3', 'Koa 2', 'node:https', 'node:http2'])(
  'through %s',
  (door) => {
    test.each(mediaCases)('$name of $vendor are what they are without a server', async (media) => {
      const { vendor, model, path } = media;
      await using studio = await openStudio({ vendors: [vendor], models: [model] });
      const direct = await studio.gateway.fetch(`http://gateway${path}`, requestOf(media));
      const host = await startHost(door, studio.gateway);
      try {
        const { headers, body } = await wireOf(requestOf(media));
        const got = await (door === 'node:http2' ? sendOverHttp2 : send)(host, { path, headers, body });
        expect([got.status, got.headers['content-type'], got.headers['x-vector-model']]).toEqual([
          200,
          direct.headers.get('content-type'),
          model,
        ]);
        const [one, other] = [Buffer.from(await direct.arrayBuffer()), got.body];
        // Ids and addresses differ from answer to answer.
        expect(Math.abs(one.length - other.length)).toBeLessThan(16);
        expect(one.subarray(0, 4).equals(other.subarray(0, 4))).toBe(true);
      } finally {
        await host.close();
      }
    });
  },
);

async function sendOverHttp2(
  ...[host, parts]: Parameters<typeof send>
): Promise<Pick<Awaited<ReturnType<typeof send>>, 'body' | 'headers' | 'status'>> {
  await using client = http2Client(host);
  const { status, headers, stream } = await client.open(parts);
  return { status, headers, body: await readAll(stream) };
}

function requestWith(media: (typeof mediaCases)[number]): RequestInit {
  const body = media.body('made');
  if (body instanceof FormData) {
    body.set('wish', '1');
    return { method: 'POST', body };
  }
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', headers, body: JSON.stringify({ ...body, wish: 1 }) };
}

describe('a word that the gateway does not know', () => {
  test.each(mediaCases)('$name of $vendor: it is sent, or named as dropped', async (media) => {
    const { vendor, model, path } = media;
    await using studio = await openStudio({ vendors: [vendor], models: [model] });
    const answer = await studio.gateway.fetch(`http://gateway${path}`, requestWith(media));
    await answer.arrayBuffer();
    const isTold = studio.upstream.requests[0]?.rawBody.includes('wish') === true;
    const dropped = (answer.headers.get('x-vector-dropped') ?? '').split(', ');
    expect(dropped.includes('wish')).toBe(!isTold);
    await using strict = await openStudio({ vendors: [vendor], models: [model], strict: true });
    const refused = await strict.gateway.fetch(`http://gateway${path}`, requestWith(media));
    const expected = isTold ? [1, answer.status] : [0, 400];
    expect([strict.upstream.requests.length, refused.status]).toEqual(expected);
    const param = refused.status === 400 && !isTold ? (await refusalOf(refused)).param : 'wish';
    expect(param).toBe('wish');
  });
});
