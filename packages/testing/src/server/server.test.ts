import { Agent, get } from 'node:http';
import { connect } from 'node:http2';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type Fault, selfSignedCertificate, simulatedOpenAI } from '../index.ts';

describe('listening', () => {
  test('stop refuses, start listens on the same port again', async () => {
    await using upstream = await simulatedOpenAI();
    const { port } = upstream;
    await fetch(`${upstream.baseURL}/models`).then((response) => response.text());
    await upstream.stop();
    await expect(fetch(`${upstream.baseURL}/models`)).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
    await upstream.start();
    expect(upstream.port).toBe(port);
    expect((await fetch(`${upstream.baseURL}/models`)).status).toBe(200);
  });

  test('stop lets an answer under way come to its end', async () => {
    await using upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang-after-headers' }, { times: 1 });
    const response = await fetch(`${upstream.baseURL}/models`);
    await upstream.stop();
    expect(upstream.openRequests).toBe(1);
    await response.body?.cancel();
    await upstream.requests[0]?.closed;
  });

  test('close destroys every connection, twice is once', async () => {
    const upstream = await simulatedOpenAI();
    upstream.fail({ type: 'hang' });
    const answer = fetch(`${upstream.baseURL}/models`);
    answer.catch(() => undefined);
    await upstream.waitForRequests(1);
    await upstream.close();
    await upstream.close();
    await expect(answer).rejects.toThrow('fetch failed');
    expect([upstream.openConnections, upstream.openRequests]).toEqual([0, 0]);
  });

  test('connections are counted, kept-alive ones once', async () => {
    await using upstream = await simulatedOpenAI();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (): Promise<void> =>
      new Promise((resolve, reject) => {
        get(`${upstream.baseURL}/models`, { agent }, (response) => {
          response.resume();
          response.on('end', resolve);
        }).on('error', reject);
      });
    await ask();
    await ask();
    expect([upstream.connections, upstream.openConnections]).toEqual([1, 1]);
    agent.destroy();
  });

  test('a client that leaves in the middle of its body is logged as aborted', async () => {
    await using upstream = await simulatedOpenAI();
    const socket = connectTcp(upstream.port, '127.0.0.1');
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"half');
    await expect.poll(() => upstream.requests.length, { interval: 5 }).toBe(1);
    socket.destroy();
    const [request] = upstream.requests;
    await request?.closed;
    expect(request).toMatchObject({ aborted: true, status: undefined, body: undefined });
  });
});

describe('TLS', () => {
  test('the certificate that it makes is trusted for 127.0.0.1', async () => {
    const tls = selfSignedCertificate();
    await using upstream = await simulatedOpenAI({ tls });
    expect(upstream.baseURL).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/v1$/);
    const ask = (fault?: Fault): Promise<number | string | undefined> =>
      new Promise((resolve) => {
        if (fault !== undefined) upstream.fail(fault, { times: 1 });
        const agent = new TlsAgent({ ca: tls.cert });
        tlsRequest(`${upstream.baseURL}/models`, { agent }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
          .end();
      });
    expect(await ask()).toBe(200);
    expect(await ask({ type: 'reset-before-headers' })).toBe('ECONNRESET');
    expect(await ask({ type: 'reset-on-connect' })).toBe('ECONNRESET');
  });

  test('http2 without tls is refused at construction', async () => {
    await expect(simulatedOpenAI({ http2: true })).rejects.toThrow('http2 needs tls');
  });
});

describe('HTTP/2', () => {
  test('streams are answered, reset alone, and their aborts seen', async () => {
    const tls = selfSignedCertificate();
    await using upstream = await simulatedOpenAI({ tls, http2: true });
    const session = connect(upstream.origin, { ca: tls.cert });
    const body = JSON.stringify({
      model: 'gpt-4o',
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const ask = (): Promise<{ status: number | undefined; text: string; error: string | undefined }> =>
      new Promise((resolve) => {
        let [text, status, error]: [string, number | undefined, string | undefined] = [
          '',
          undefined,
          undefined,
        ];
        const stream = session.request({ ':method': 'POST', ':path': '/v1/chat/completions' });
        stream.setEncoding('utf8');
        stream.on('response', (headers) => {
          status = headers[':status'];
        });
        stream.on('data', (piece: string) => {
          text += piece;
        });
        stream.on('error', (reason: Error) => {
          error = reason.message;
        });
        stream.on('close', () => resolve({ status, text, error }));
        stream.end(body);
      });

    const whole = await ask();
    expect(whole).toMatchObject({ status: 200, error: undefined });
    expect(whole.text.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(upstream.requests[0]).toMatchObject({
      httpVersion: '2.0',
      path: '/v1/chat/completions',
      aborted: false,
    });

    upstream.fail({ type: 'cut', afterEvents: 2, how: 'reset' }, { times: 1 });
    const cut = await ask();
    expect(cut.error).toContain('NGHTTP2_INTERNAL_ERROR');
    expect(cut.text.match(/^data: /gm)).toHaveLength(2);

    upstream.fail({ type: 'hang' }, { times: 1 });
    const leaving = session.request({ ':method': 'POST', ':path': '/v1/chat/completions' });
    leaving.on('error', () => undefined);
    leaving.end(body);
    const hanging = (await upstream.waitForRequests(3)).at(-1);
    leaving.close();
    await hanging?.closed;
    expect(hanging?.aborted).toBe(true);
    expect(upstream.connections).toBe(1);
    session.destroy();
  });
});
