import { createServer, get, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, defineUpstream, type Gateway } from '@vector-engine/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostName, startHost } from '../hosts/hosts.ts';
import { mebibyte, watchMemory } from '../reliability/memory.ts';

/* The caller, the gateway and the upstream are one process here: what is measured is what all three of them hold. */

const piece = Buffer.alloc(65_536, 1);

const upstream = createServer((request, response) => {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  request.on('end', () => {
    if (request.method === 'POST') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id: 'file-large', received }));
      return;
    }
    const isText = request.url?.includes('jsonl') === true;
    const download = (isText ? 256 : 1024) * mebibyte;
    response.writeHead(200, {
      'content-type': isText ? 'application/jsonl' : 'application/octet-stream',
      'content-length': download,
    });
    let left = download;
    const write = (): void => {
      for (let isRoomy = true; isRoomy && left > 0; left -= piece.length) isRoomy = response.write(piece);
      if (left > 0) response.once('drain', write);
      else response.end();
    };
    write();
  });
});

let gateway: Gateway;

beforeAll(async () => {
  await new Promise<void>((resolve) => void upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  const raw = defineUpstream({
    vendor: 'raw',
    baseURL: `http://127.0.0.1:${port}/v1`,
    apiKey: 'sk-of-the-operator-0123456789',
  });
  gateway = createGateway({
    upstreams: { raw },
    passthrough: 'raw',
    identify: () => ({ tenant: 'acme' }),
    uploads: { limit: 600 * mebibyte },
  });
});

afterAll(async () => {
  await gateway.close({ grace: 0 });
  upstream.close();
});

/* What is held for a piece of it is held for the first hundred megabytes, or never: one of each is of the full size. */

const uploads: readonly (readonly [megabytes: number, host: HostName])[] = [
  [500, 'node:http'],
  [150, 'Koa 3'],
];

test.each(uploads)('%d MB are uploaded through %s in less than 30 MB', async (megabytes, name) => {
  const upload = megabytes * mebibyte;
  await using host = await startHost(name, gateway);
  const memory = watchMemory();
  const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="large"\r\n\r\n';
  const request = httpRequest(`${host.baseURL}/files`, {
    method: 'POST',
    headers: {
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': head.length + upload + '\r\n--b--\r\n'.length,
    },
  });
  const answered = new Promise<string>((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
  });
  request.write(head);
  for (let left = upload; left > 0; left -= piece.length)
    if (!request.write(piece)) await new Promise((resolve) => void request.once('drain', resolve));
  request.end('\r\n--b--\r\n');
  expect(JSON.parse(await answered)).toMatchObject({ id: 'file-large', received: head.length + upload + 9 });
  memory.stop();
  expect(memory.growth() / mebibyte).toBeLessThan(30);
});

/** In text the key is looked for as it flows. */
const downloads: readonly (readonly [megabytes: number, host: HostName, path: string])[] = [
  [256, 'node:http', '/files/file-large/content?as=jsonl'],
  [1024, 'Express 5', '/files/file-large/content'],
];

test.each(downloads)(
  '%d MB are downloaded through %s in less than 30 MB: %s',
  async (megabytes, name, path) => {
    await using host = await startHost(name, gateway);
    const memory = watchMemory();
    const received = await new Promise<number>((resolve, reject) => {
      get(host.baseURL + path, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on('end', () => resolve(bytes));
        response.on('error', reject);
      }).on('error', reject);
    });
    memory.stop();
    expect(received).toBe(megabytes * mebibyte);
    expect(memory.growth() / mebibyte).toBeLessThan(30);
  },
);
