import { createGateway } from '@vector-engine/core';
import { checkMount, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, test } from 'vitest';
import { ask, contentOf, contentOfStream, type ErrorBody } from '../hosts/send.ts';
import { optionsFor } from '../hosts/stack.ts';
import { doorNames, openDoor } from './doors.ts';

const url = 'http://gateway/v1/chat/completions';

function post(body: unknown, init: RequestInit = {}): Request {
  const headers = { 'content-type': 'application/json' };
  return new Request(url, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}

async function codeOf(response: Response): Promise<[number, string]> {
  const { error } = (await response.json()) as ErrorBody;
  return [response.status, error.code];
}

describe('gateway.fetch', () => {
  test('takes a Request, a URL or a string, as fetch does', async () => {
    await using door = await openDoor('gateway.fetch');
    const init = {
      method: 'POST',
      body: JSON.stringify(ask()),
      headers: { 'content-type': 'application/json' },
    };
    for (const response of [
      await door.gateway.fetch(post(ask())),
      await door.gateway.fetch(url, init),
      await door.gateway.fetch(new URL(url), init),
    ]) {
      expect(response.status).toBe(200);
      expect(response.headers.get('x-vector-attempts')).toBe('1');
      expect(contentOf({ text: await response.text() })).toBe('You said: hello');
    }
  });

  test('is a route handler below any path', async () => {
    await using door = await openDoor('gateway.fetch');
    for (const base of ['https://app.example/api/ai', 'http://localhost:3000', 'http://x/v1/y']) {
      const response = await door.gateway.fetch(new Request(`${base}/v1/chat/completions?x=1`, post(ask())));
      expect(response.status).toBe(200);
      expect((await door.gateway.fetch(`${base}/v1/models/gpt-4o`)).status).toBe(200);
    }
  });

  test('refuses as every host does', async () => {
    await using door = await openDoor('gateway.fetch');
    const { fetch } = door.gateway;
    expect(await codeOf(await fetch('http://gateway/v1/none'))).toEqual([404, 'unknown_url']);
    expect(await codeOf(await fetch(url))).toEqual([405, 'method_not_allowed']);
    expect(await codeOf(await fetch(post('{')))).toEqual([400, 'invalid_json']);
    expect(await codeOf(await fetch(post(ask(), { headers: { 'content-type': 'text/html' } })))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(await codeOf(await fetch(post(ask({ padding: 'x'.repeat(33 * 2 ** 20) }))))).toEqual([
      413,
      'request_too_large',
    ]);
    expect((await fetch(url, { method: 'OPTIONS' })).headers.get('allow')).toBe('POST, OPTIONS');
    const headed = await fetch('http://gateway/v1/models', { method: 'HEAD' });
    expect([headed.status, await headed.text()]).toEqual([200, '']);
    expect(door.upstream.requests).toHaveLength(0);
  });

  test('a body that was read before is a 500 that says the cure', async () => {
    await using door = await openDoor('gateway.fetch');
    const request = post(ask());
    await request.text();
    expect(await codeOf(await door.gateway.fetch(request))).toEqual([500, 'body_consumed']);
  });

  test('a body that comes as a stream is read as it comes', async () => {
    await using door = await openDoor('gateway.fetch');
    const pieces = JSON.stringify(ask({ stream: true })).match(/.{1,9}/gs) ?? [];
    const body = new ReadableStream({
      pull(controller) {
        const piece = pieces.shift();
        if (piece === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    const response = await door.gateway.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(contentOfStream(await response.text())).toEqual({ content: 'You said: hello', isDone: true });
  });

  test('an abort rejects with its reason, before, while thinking and while streaming', async () => {
    await using door = await openDoor('gateway.fetch');
    const reason = new Error('enough');
    await expect(door.gateway.fetch(post(ask(), { signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(door.upstream.requests).toHaveLength(0);

    door.upstream.fail({ type: 'hang' });
    const thinking = new AbortController();
    const answer = door.gateway.fetch(post(ask(), { signal: thinking.signal }));
    const [request] = await door.upstream.waitForRequests(1);
    thinking.abort(reason);
    await expect(answer).rejects.toBe(reason);
    await request?.closed;
    expect(request?.aborted).toBe(true);

    door.upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const streaming = new AbortController();
    const response = await door.gateway.fetch(post(ask({ stream: true }), { signal: streaming.signal }));
    const reader = response.body?.getReader();
    await reader?.read();
    streaming.abort(reason);
    await expect(reader?.read()).rejects.toBe(reason);
    await door.upstream.requests[1]?.closed;
    expect(door.upstream.requests[1]?.aborted).toBe(true);
    await expect.poll(() => door.gateway.stats().active).toBe(0);
  });

  test('identify is given the Request', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      ...optionsFor(upstream),
      identify: async (request: Request) => {
        await Promise.resolve();
        const id = request.headers.get('x-user');
        return id === null ? undefined : { id };
      },
    });
    expect(await codeOf(await gateway.fetch(post(ask())))).toEqual([401, 'invalid_api_key']);
    const headers = { 'content-type': 'application/json', 'x-user': 'u1' };
    expect((await gateway.fetch(post(ask(), { headers }))).status).toBe(200);
  });
});

test.each(doorNames)('what every OpenAI client asks of a mount is found at %s', async (name) => {
  await using door = await openDoor(name);
  const findings = await checkMount({ baseURL: door.baseURL, model: 'gpt-5.2', fetch: door.fetch });
  expect(findings.filter(({ passed }) => !passed)).toEqual([]);
  expect(findings.length).toBeGreaterThan(4);
});
