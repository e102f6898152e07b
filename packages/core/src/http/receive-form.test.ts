import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Exchange } from '../protocol/exchange.ts';
import { FetchExchange } from './fetch-exchange.ts';
import { NodeExchange, type NodeRequest, type NodeResponse } from './node-exchange.ts';
import { type ReceivedForm, readForm } from './read-form.ts';

const usual = process.env['TMPDIR'];
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'form-test-'));
  process.env['TMPDIR'] = directory;
});
afterAll(() => {
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  rmSync(directory, { recursive: true });
});

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return pieces;
}

function openSpools(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.includes('vector-engine-') ? [path] : [];
    } catch {
      return [];
    }
  });
}

const ignore = (): void => {};

type Cancel = (error: GatewayError) => void;

interface Reading {
  readonly form: Promise<ReceivedForm>;
  readonly cancel: Cancel;
}

async function tell(exchange: Exchange, form: Promise<ReceivedForm>): Promise<void> {
  const respond = (status: number, body: unknown): void =>
    exchange.respond(
      status,
      { 'content-type': 'application/json' },
      Buffer.from(JSON.stringify(body)),
      1_000,
    );
  try {
    const { fields, files } = await form;
    const told = files.map(([name, file]) => ({
      name,
      fileName: file.name,
      type: file.type,
      size: file.size,
    }));
    respond(200, { text: JSON.stringify({ fields, files: told }) });
  } catch (error) {
    respond(400, { error: { code: GatewayError.isInstance(error) ? error.code : String(error) } });
  }
}

/** Reads what comes in as the gateway does, and answers with what it was. */
function receive(exchange: Exchange, limit: number): Reading {
  let cancel: Cancel = ignore;
  const type = String(exchange.headers['content-type']);
  const read = async (): Promise<ReceivedForm> =>
    readForm(
      exchange.readStream(limit, (given) => {
        cancel = given;
      }),
      { type, spool: true },
    );
  const form = read();
  exchange.onClose(() => cancel(new GatewayError('VE_CLIENT_CLOSED')));
  void tell(exchange, form);
  return { form, cancel: (error) => cancel(error) };
}

async function startServer({
  limit = 100_000_000,
  before,
}: {
  limit?: number;
  before?: (request: IncomingMessage) => unknown;
} = {}) {
  const readings: Reading[] = [];
  const waiting: ((reading: Reading) => void)[] = [];
  const accept = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    await before?.(request);
    const parts = { request, response, path: '/', isOwnGround: true, hostRequest: request };
    const reading = receive(new NodeExchange(parts), limit);
    readings.push(reading);
    waiting.shift()?.(reading);
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void accept(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a server that listens on a port
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    readings,
    nextReading: () => new Promise<Reading>((resolve) => waiting.push(resolve)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const boundary = 'multipart/form-data; boundary=x';
const head =
  '--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n';

/** A client that has sent this much of its form and no more. */
function sendHalf(port: number, body: Buffer) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`POST / HTTP/1.1\r\nhost: h\r\ncontent-type: ${boundary}\r\ncontent-length: 5000000\r\n\r\n`);
  socket.write(body);
  return socket;
}

describe('a form that comes in over a connection', () => {
  test.each([
    ['bytes', (bytes: Buffer) => toFile(bytes, 'say "hi".wav', { type: 'audio/wav' })],
    [
      'a blob',
      (bytes: Buffer) => toFile(new Blob([Uint8Array.from(bytes)]), 'say "hi".wav', { type: 'audio/wav' }),
    ],
    [
      'a file on the disk',
      (bytes: Buffer) => {
        const path = join(directory, 'sent.wav');
        writeFileSync(path, bytes);
        return toFile(createReadStream(path), 'say "hi".wav', { type: 'audio/wav' });
      },
    ],
  ])('is what the official client has sent of %s', async (_what, make) => {
    await using server = await startServer();
    const openai = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
    const bytes = Buffer.alloc(1_500_000, 'sound');
    const { text: told } = await openai.audio.transcriptions.create({
      file: await make(bytes),
      model: 'whisper-1',
      timestamp_granularities: ['word', 'segment'],
      chunking_strategy: { type: 'server_vad', threshold: 0.5 },
      prompt: 'Ä\r\nB',
    });
    // The client puts its fields into the form in an order of its own.
    expect(JSON.parse(told)).toEqual({
      fields: expect.arrayContaining([
        ['model', 'whisper-1'],
        ['timestamp_granularities[]', 'word'],
        ['timestamp_granularities[]', 'segment'],
        ['chunking_strategy[type]', 'server_vad'],
        ['chunking_strategy[threshold]', '0.5'],
        ['prompt', 'Ä\r\nB'],
      ]),
      files: [{ name: 'file', fileName: 'say "hi".wav', type: 'audio/wav', size: 1_500_000 }],
    });
    const form = await server.readings[0]?.form;
    const sent = (form?.files ?? []).map(([, file]) => collect(file.open()));
    expect((await Promise.all(sent)).map((pieces) => Buffer.concat(pieces).equals(bytes))).toEqual([true]);
    await form?.dispose();
    expect(openSpools()).toEqual([]);
  });

  test('is given up when its sender hangs up, and nothing is left of it', async () => {
    await using server = await startServer();
    const next = server.nextReading();
    const socket = sendHalf(server.port, Buffer.concat([Buffer.from(head), Buffer.alloc(3_000_000)]));
    const { form } = await next;
    await expect.poll(openSpools).toHaveLength(1);
    socket.destroy();
    await expect(form).rejects.toMatchObject({ code: 'VE_CLIENT_CLOSED' });
    expect(openSpools()).toEqual([]);
  });

  test('100 of them that are half sent are given up at their deadline, and the server goes on', async () => {
    await using server = await startServer();
    const nexts = Array.from({ length: 100 }, () => server.nextReading());
    const sockets = nexts.map(() =>
      sendHalf(server.port, Buffer.concat([Buffer.from(head), Buffer.alloc(1_100_000)])),
    );
    const readings = await Promise.all(nexts);
    await expect.poll(() => openSpools().length).toBe(100);
    const answers = sockets.map((socket) => once(socket, 'data'));
    for (const { cancel } of readings) cancel(new GatewayError('VE_BODY_TIMEOUT'));
    const ends = await Promise.allSettled(readings.map(({ form }) => form));
    expect(ends.every((end) => end.status === 'rejected' && end.reason.code === 'VE_BODY_TIMEOUT')).toBe(
      true,
    );
    expect(openSpools()).toEqual([]);
    for (const [answer] of await Promise.all(answers))
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400[^]*connection: close/);
    for (const socket of sockets) socket.destroy();
    const form = new FormData();
    form.append('a', 'b');
    expect((await fetch(server.url, { method: 'POST', body: form })).status).toBe(200);
  });

  test.each(['with its length', 'without'])(
    'that is too large is refused %s, and the connection goes on',
    async (how) => {
      await using server = await startServer({ limit: 1_000_000 });
      const body = Buffer.concat([Buffer.from(head), Buffer.alloc(1_200_000), Buffer.from('\r\n--x--\r\n')]);
      const sent = how === 'without' ? new Blob([body]).stream() : body;
      const answer = await fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': boundary },
        body: sent,
        duplex: 'half',
      });
      expect(await answer.json()).toEqual({ error: { code: 'VE_BODY_TOO_LARGE' } });
      expect(openSpools()).toEqual([]);
    },
  );

  test('that the host has read is refused as such, unless it has kept the bytes', async () => {
    const form = new FormData();
    form.append('model', 'm');
    const post = { method: 'POST', body: form };
    {
      await using server = await startServer({
        before: async (request) => {
          await collect(request);
          Object.assign(request, { body: { model: 'm' }, files: [] });
        },
      });
      expect(await (await fetch(server.url, post)).json()).toEqual({ error: { code: 'VE_BODY_CONSUMED' } });
    }
    await using server = await startServer({
      before: async (request) => Object.assign(request, { rawBody: Buffer.concat(await collect(request)) }),
    });
    expect((await fetch(server.url, post)).status).toBe(200);
  });

  test('comes in over HTTP/2 as well, and is given up when its stream is reset', async () => {
    const readings: Reading[] = [];
    const server = createHttp2Server((request: NodeRequest, response: NodeResponse) => {
      const parts = { request, response, path: '/', isOwnGround: true, hostRequest: request };
      readings.push(receive(new NodeExchange(parts), 100_000_000));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a server that listens on a port
    const { port } = server.address() as AddressInfo;
    const client = connectHttp2(`http://127.0.0.1:${port}`);
    const post = { ':method': 'POST', ':path': '/', 'content-type': boundary };
    const whole = client.request(post);
    whole.end(Buffer.concat([Buffer.from(head), Buffer.alloc(2_000_000), Buffer.from('\r\n--x--\r\n')]));
    const answer = Buffer.concat(await collect(whole)).toString();
    expect(answer).toContain('2000000');
    await (await readings[0]?.form)?.dispose();
    const half = client.request(post);
    half.on('error', () => {});
    half.write(Buffer.concat([Buffer.from(head), Buffer.alloc(2_000_000)]));
    await expect.poll(() => openSpools().length).toBe(1);
    half.close(8);
    await expect(readings[1]?.form).rejects.toSatisfy((error) => GatewayError.isInstance(error));
    expect(openSpools()).toEqual([]);
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a form in a Request', () => {
  test('is read as it comes, and no further than it is wanted', async () => {
    const sent = new FormData();
    sent.append('file', new File(['sound'], 'a.wav', { type: 'audio/wav' }));
    const exchange = new FetchExchange(new Request('http://h/', { method: 'POST', body: sent }), '/');
    const { files } = await receive(exchange, 1_000).form;
    expect(files[0]?.[1]).toMatchObject({ name: 'a.wav', type: 'audio/wav', size: 5 });
    expect((await exchange.response).status).toBe(200);
  });

  test('is cancelled while it waits, and its stream with it', async () => {
    const stopped = Promise.withResolvers<void>();
    const body = new ReadableStream({ pull: () => new Promise(() => {}), cancel: () => stopped.resolve() });
    const headers = { 'content-type': boundary };
    const request = new Request('http://h/', { method: 'POST', headers, body, duplex: 'half' });
    const exchange = new FetchExchange(request, '/');
    const reading = receive(exchange, 1_000);
    reading.cancel(new GatewayError('VE_BODY_TIMEOUT'));
    await expect(reading.form).rejects.toMatchObject({ code: 'VE_BODY_TIMEOUT' });
    await stopped.promise;
    expect((await exchange.response).status).toBe(400);
  });
});
