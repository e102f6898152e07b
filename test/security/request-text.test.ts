import { createGateway } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, model, question, upstreamAt } from '../reliability/support.ts';

const snapshot = (): string =>
  JSON.stringify(
    [Object, Array, Function, String, Promise].map(({ prototype }) => Object.getOwnPropertyNames(prototype)),
  );

function send(gateway: { fetch: typeof fetch }, body: string): Promise<Response> {
  return gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
}

describe('nothing in a request configures anything', () => {
  it('__proto__, constructor and config-shaped bodies go through as they came and change nothing here', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const before = snapshot();
    const stats = JSON.stringify(gateway.models());
    const extras = [
      '"__proto__":{"polluted":true,"model":"other","stream":true}',
      '"constructor":{"prototype":{"polluted":true}}',
      '"prototype":{"polluted":true}',
      '"config":{"upstreams":{"only":{"baseURL":"http://127.0.0.1:9"}},"open":false,"timeouts":{"total":1}}',
      '"upstreams":{"only":{"origin":"http://127.0.0.1:9"}},"models":{"chat":"other"},"layers":["x"]',
      '"metadata":{"__proto__":{"polluted":true}},"tools":[{"__proto__":null}]',
      '"retry":{"rounds":99},"fallbacks":["evil"],"timeout":0,"num_retries":50,"mock_response":"pwned","bodyLimit":1',
      '"user":"${process.env.HOME} {{constructor.constructor(\'return process\')()}} <%= 7*7 %>","stop":"^(a+)+$"',
    ];
    for (const extra of extras) {
      const body = `{"model":"chat","messages":[{"role":"user","content":"x"}],${extra}}`;
      const response = await send(gateway, body);
      expect(response.status).toBe(200);
      const { rawBody } = upstream.requests.at(-1) ?? {};
      expect(rawBody?.toString()).toBe(body.replace('"chat"', `"${model}"`));
    }
    expect(snapshot()).toBe(before);
    expect({} as Record<string, unknown>).not.toHaveProperty('polluted');
    expect(JSON.stringify(gateway.models())).toBe(stats);
  });

  it('a model called __proto__, constructor or toString is not found, and no 500', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      addressable: true,
      open: true,
    });
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '__proto__/x',
      'constructor/x',
      'toString/name',
    ]) {
      const response = await ask(gateway, { ...question, model: name });
      expect(response.status).toBe(404);
      await response.arrayBuffer();
      const got = await gateway.fetch(`http://gateway/v1/models/${encodeURIComponent(name)}`);
      expect(got.status).toBe(404);
      await got.arrayBuffer();
    }
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('one key, one meaning', () => {
  const escaped = fc.constantFrom('model', 'stream', 'messages').chain((key) =>
    fc
      .tuple(fc.constant(key), fc.array(fc.boolean(), { minLength: key.length, maxLength: key.length }))
      .map(([name, flags]) => ({
        name,
        text: Array.from(name)
          .map((letter, index) =>
            flags[index] === true ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
          )
          .join(''),
      })),
  );

  it('a key given twice is a 400, however it is escaped', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const values: Record<string, string> = {
      model: '"other"',
      stream: 'false',
      messages: '[{"role":"user","content":"y"}]',
    };
    await fc.assert(
      fc.asyncProperty(escaped, async ({ name, text }) => {
        const response = await send(
          gateway,
          `{"model":"chat","stream":false,"messages":[{"role":"user","content":"x"}],"${text}":${values[name]}}`,
        );
        const { error } = (await response.json()) as { error: { param: string } };
        expect(response.status).toBe(400);
        expect(error.param).toBe(name);
      }),
      { numRuns: 50 },
    );
    expect(upstream.requests).toHaveLength(0);
  });

  it('an escaped key counts as the key: "mod\\u0065l" alone names the model', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    const response = await send(
      gateway,
      '{"mod\\u0065l":"ch\\u0061t","messages":[{"role":"user","content":"x"}]}',
    );
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    expect(upstream.requests[0]?.rawBody.toString()).toBe(
      `{"mod\\u0065l":"${model}","messages":[{"role":"user","content":"x"}]}`,
    );
  });
});

describe('no injection into SSE, logs or headers', () => {
  const nasty =
    'x\r\n\r\ndata: {"injected":true}\r\nset-cookie: a=b\u2028\u2029<script>alert(1)</script>\u0000\u001b[31m';

  it('a nasty model name is told of in JSON only, and starts no header, event or line', async () => {
    const lines: string[] = [];
    const log = (fields: object, message: string): void => {
      lines.push(`${JSON.stringify(fields)} ${message}`);
    };
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      open: true,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    for (const name of [nasty, `only/${nasty}`]) {
      for (const stream of [false, true]) {
        const response = await ask(gateway, { ...question, model: name, stream });
        expect(response.status).toBe(404);
        expect(response.headers.get('content-type')).toMatch(/^application\/json/);
        expect(response.headers.get('set-cookie')).toBeNull();
        expect(JSON.parse(await response.text())).toHaveProperty('error.message');
        for (const [, value] of response.headers) expect(value).toMatch(/^[\x20-\x7e]*$/);
      }
    }
    for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
  });

  it('an upstream whose name could break a line or a header is refused at construction', () => {
    for (const name of ['evil\n\ndata: x', 'a\r\nset-cookie: x', 'a b', 'a/b', '<script>', '\u2028', '']) {
      const upstreams = { [name]: upstreamAt({ baseURL: 'http://127.0.0.1:9/v1' }) };
      expect(() => createGateway({ upstreams, open: true })).toThrow('upstreams');
    }
  });

  it('what an upstream puts into its error and its headers starts no header or event of its own', async () => {
    await using upstream = await simulatedOpenAI();
    await using gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      open: true,
    });
    upstream.fail({
      type: 'error-event',
      body: { error: { message: nasty, type: 'invalid_request_error', code: 400 } },
    });
    const response = await ask(gateway, { ...question, stream: true });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch(/^application\/json|^text\/event-stream/);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: { message: nasty } });
    expect(text).not.toMatch(/[\r\n]/);
  });
});
