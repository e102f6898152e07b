import { describe, expect, test } from 'vitest';
import { hostNames, startHost } from './hosts.ts';
import { ask, contentOf, errorOf, open, send } from './send.ts';
import { startStack } from './stack.ts';

const chat = '/v1/chat/completions';

describe.each(hostNames)('%s', (name) => {
  test('a question is answered, and the answer tells its story in headers', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const reply = await send(host, { path: chat, body: ask() });
    expect(reply.status).toBe(200);
    expect(contentOf(reply)).toBe('You said: hello');
    expect(reply.headers['content-type']).toMatch(/^application\/json/);
    expect(reply.headers['content-length']).toBe(String(reply.body.length));
    expect(reply.headers['x-request-id']).toMatch(/^req_/);
    expect(reply.headers['x-vector-upstream']).toBe('sim');
    expect(reply.headers['x-vector-model']).toBe('gpt-4o');
    expect(reply.headers['x-vector-attempts']).toBe('1');
    expect(reply.headers['server-timing']).toMatch(/^gateway;dur=[\d.]+, upstream;dur=[\d.]+$/);
    expect(reply.headers['set-cookie']).toBeUndefined();
  });

  test('what is wrong with a request is said with its status and code, and no upstream hears of it', async () => {
    await using stack = await startStack({ gateway: { bodyLimit: 2000 } });
    await using host = await startHost(name, stack.gateway);
    const cases = [
      [{ body: '{"model": "gpt-4o", "messages": [}' }, 400, 'invalid_json', /at byte 33/],
      [{ body: '', method: 'POST' }, 400, 'invalid_json', /at byte 0/],
      [{ body: '[]' }, 400, 'invalid_json', /./],
      [
        { body: { messages: [{ role: 'user', content: 'x' }] } },
        400,
        'missing_required_parameter',
        /'model'/,
      ],
      [{ body: ask({ messages: [] }) }, 400, 'invalid_value', /'messages'.*empty/],
      [{ body: ask({ messages: 'hello' }) }, 400, 'invalid_value', /array/],
      [{ body: ask({ model: 7 }) }, 400, 'invalid_value', /'model'/],
      [
        { body: '{"model":"gpt-4o","messages":[{}],"model":"gpt-5.2"}' },
        400,
        'invalid_value',
        /'model'.*twice/,
      ],
      [{ body: ask({ model: 'gpt-4' }) }, 404, 'model_not_found', /Did you mean 'gpt-4o'/],
      [
        { body: ask(), headers: { 'content-type': 'text/plain' } },
        415,
        'unsupported_media_type',
        /application\/json/,
      ],
      [
        { body: ask(), headers: { 'content-encoding': 'gzip' } },
        415,
        'unsupported_content_encoding',
        /compressed/,
      ],
      [{ body: ask({ user: 'x'.repeat(2000) }) }, 413, 'request_too_large', /2000 bytes/],
    ] as const;
    const found = [];
    for (const [parts, , , message] of cases) {
      const reply = await send(host, { path: chat, ...parts });
      const error = errorOf(reply);
      found.push([reply.status, error.code, message.test(error.message) || error.message]);
      expect(reply.headers['x-request-id']).toMatch(/^req_/);
      expect(reply.headers['content-type']).toMatch(/^application\/json/);
    }
    expect(found).toEqual(cases.map(([, status, code]) => [status, code, true]));
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('a method that an address does not take is a 405 that names those it takes', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const reply = await send(host, { path: chat, method });
      const error = errorOf(reply);
      expect([method, reply.status, reply.headers.allow, error.code]).toEqual([
        method,
        405,
        'POST',
        'method_not_allowed',
      ]);
    }
    const headed = await send(host, { path: chat, method: 'HEAD' });
    expect([headed.status, headed.headers.allow, headed.body.length]).toEqual([405, 'POST', 0]);
    const posted = await send(host, { path: '/v1/models', body: {} });
    expect(posted.status).toBe(405);
    expect(posted.headers.allow).toBe('GET, HEAD');
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('HEAD has the head of GET and no body, and OPTIONS names the methods', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const got = await send(host, { path: '/v1/models' });
    const headed = await send(host, { path: '/v1/models', method: 'HEAD' });
    expect(headed.status).toBe(200);
    expect(headed.body).toHaveLength(0);
    expect(headed.headers['content-length']).toBe(got.headers['content-length']);
    expect(headed.headers['content-type']).toBe(got.headers['content-type']);

    const options = await send(host, { path: chat, method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.allow).toBe('POST, OPTIONS');
    expect(options.body).toHaveLength(0);
    expect((await send(host, { path: '/v1/models', method: 'OPTIONS' })).headers.allow).toBe(
      'GET, HEAD, OPTIONS',
    );
  });

  test('an unknown path below /v1 is not answered as one of the API', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    for (const path of ['/v1/nothing', '/v1/chat', '/v1', '/v1/', '/v1/chat/completions/']) {
      const reply = await send(host, { path, body: ask() });
      expect([path, reply.status, reply.headers['x-request-id']]).toEqual([path, 404, undefined]);
    }
    expect(stack.upstream.requests).toHaveLength(0);
  });

  test('a query is allowed and not looked at', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const reply = await send(host, { path: `${chat}?api-version=1&x=/../`, body: ask() });
    expect(reply.status).toBe(200);
    expect(stack.upstream.requests[0]?.path).toBe(chat);
  });

  test('models are listed and told one by one, names with slashes and escapes included', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    const list = JSON.parse((await send(host, { path: '/v1/models' })).text) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id)).toContain('gpt-5.2');
    const one = await send(host, { path: '/v1/models/gpt-5%2E2' });
    expect(JSON.parse(one.text)).toMatchObject({ id: 'gpt-5.2', object: 'model' });
    const none = await send(host, { path: '/v1/models/acme/gpt-5.3' });
    expect(none.status).toBe(404);
    expect(errorOf(none).code).toBe('model_not_found');
    expect((await send(host, { path: '/v1/models/%E0%A4%A' })).status).toBe(400);
  });

  test('a caller that leaves in mid-stream frees the upstream', async () => {
    await using stack = await startStack();
    await using host = await startHost(name, stack.gateway);
    stack.upstream.fail({ type: 'hang-mid-stream', afterEvents: 3 });
    const response = await open(host, { path: chat, body: ask({ stream: true }) });
    await new Promise((resolve) => response.once('data', resolve));
    expect(stack.gateway.stats().active).toBe(1);
    response.on('error', () => {});
    response.destroy();
    await stack.upstream.requests[0]?.closed;
    expect(stack.upstream.requests[0]?.aborted).toBe(true);
  });
});
