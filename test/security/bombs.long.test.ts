// oxlint-disable vitest/expect-expect -- bounded does
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createGateway, type Gateway } from '@vector-engine/core';
import { type Fault, type SimulatedUpstream, simulatedOpenAI } from '@vector-engine/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mebibyte, watchMemory } from '../reliability/memory.ts';
import { ask, type Host, model, question, startHost, until, upstreamAt } from '../reliability/support.ts';

let upstream: SimulatedUpstream;
let gateway: Gateway;
let host: Host;
beforeAll(async () => {
  upstream = await simulatedOpenAI({ keepRequests: 1 });
  gateway = createGateway({
    upstreams: { only: upstreamAt(upstream) },
    models: { chat: `only/${model}` },
    open: true,
    addressable: true,
    retry: { rounds: 0 },
    breaker: { failureRate: 1, consecutiveFailures: 1e6 },
  });
  host = await startHost(gateway);
});
afterAll(async () => {
  await host[Symbol.asyncDispose]();
  await gateway.close();
  await upstream.close();
});

const post = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${host.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

async function bounded(limit: number, run: () => Promise<void>): Promise<void> {
  const memory = watchMemory();
  try {
    await run();
    expect(memory.growth() / mebibyte).toBeLessThanOrEqual(limit);
  } finally {
    memory.stop();
  }
}

/** Reads and forgets; returns how much there was, and the end of it. */
async function drainBody(response: Response): Promise<{ bytes: number; end: string }> {
  let bytes = 0;
  let end = '';
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      end = (end + Buffer.from(chunk).toString('latin1')).slice(-400);
    }
  } catch {
    end += '<cut>';
  }
  return { bytes, end };
}

describe('bombs are defused: requests', () => {
  it('50 MiB of gzip are a 415 at once, and are not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * mebibyte), { level: 1 });
    await bounded(30, async () => {
      const response = await post(bomb, { 'content-encoding': 'gzip' });
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ error: { code: 'unsupported_content_encoding' } });
    });
  });

  it('a body that says it is larger than the limit is a 413 before any of it is read', async () => {
    const socket = connect(host.port, '127.0.0.1');
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n');
    const answer = await new Promise<string>((resolve) => {
      socket.once('data', (data) => resolve(data.toString()));
    });
    socket.destroy();
    expect(answer).toContain('HTTP/1.1 413 ');
  });

  it('JSON of depth 100,000 is a 400 with the position', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      await bounded(30, async () => {
        const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
        const response = await post(`{"model":"chat","messages":[${deep}]}`);
        expect(response.status).toBe(400);
        expect(await response.text()).toMatch(/nesting is deeper than \d+.*at byte \d+/);
      });
    }
  });

  it('six million members take no memory of their own, and the loop stands still for less than four seconds', async () => {
    const members = '"":0,'.repeat(6_000_000);
    const body = Buffer.from(`{${members}"model":"chat","messages":[]}`);
    const memory = watchMemory();
    const start = performance.now();
    const response = await gateway.fetch('http://gateway/v1/chat/completions', { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(performance.now() - start).toBeLessThan(4000);
    memory.stop();
    // The body itself is there three times: the caller's, that of the request, and what was read.
    expect((memory.growth() - 3 * body.length) / mebibyte).toBeLessThanOrEqual(30);
  });

  it('a model name of 20 MiB is refused, and not told again', async () => {
    for (const prefix of ['', 'only/']) {
      const response = await post(JSON.stringify({ ...question, model: prefix + 'm'.repeat(20 * mebibyte) }));
      expect(response.status).toBe(400);
      expect((await response.text()).length).toBeLessThan(1000);
    }
  });
});

describe('bombs are defused: answers', () => {
  const bombs: readonly { name: string; fault: Fault; stream: boolean; most: number }[] = [
    {
      name: '50 MiB of zeros in gzip',
      fault: { type: 'gzip', inflatedBytes: 50 * mebibyte },
      stream: false,
      most: 51 * mebibyte,
    },
    {
      name: '50 MiB of zeros in gzip in place of events',
      fault: { type: 'gzip', inflatedBytes: 50 * mebibyte },
      stream: true,
      most: 2 * mebibyte,
    },
    {
      name: 'an event that does not end',
      fault: { type: 'flood', bytes: Number.POSITIVE_INFINITY },
      stream: true,
      most: 2 * mebibyte,
    },
  ];
  for (const { name, fault, stream, most } of bombs) {
    // Unpacking goes through Node's pool of threads piece by piece, which takes its time on a busy machine.
    it(`${name}: memory stays within 30 MiB, and the caller is told`, { timeout: 60_000 }, async () => {
      upstream.fail(fault);
      await bounded(30, async () => {
        const response = await post(JSON.stringify({ ...question, stream }));
        const { bytes, end } = await drainBody(response);
        expect(bytes).toBeLessThanOrEqual(most);
        expect(end.includes('"error"')).toBe(stream);
      });
      upstream.heal();
      await until(() => upstream.openRequests === 0, 'the upstream is closed');
      await until(() => gateway.stats().active === 0, 'everything is settled');
    });
  }

  it('a huge body of an error is given up, and is an error of the upstream', async () => {
    upstream.fail({ type: 'status', status: 400, body: { error: { message: 'x'.repeat(20 * mebibyte) } } });
    const response = await post(JSON.stringify(question));
    expect(response.status).toBe(502);
    expect((await response.text()).length).toBeLessThan(1000);
    upstream.heal();
  });

  it('an endless whole answer and a caller who does not read: the upstream is slowed down, memory stays bounded', async () => {
    upstream.fail({ type: 'flood', bytes: Number.POSITIVE_INFINITY });
    await bounded(30, async () => {
      const response = await ask(gateway);
      const reader = response.body?.getReader();
      await reader?.read();
      // Long enough for hundreds of megabytes, if anybody took them.
      await new Promise((resolve) => setTimeout(resolve, 400));
      await reader?.cancel();
    });
    upstream.heal();
    await until(() => upstream.openRequests === 0, 'the upstream is closed');
  });
});
