import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { writeForm } from '../upstreams/write-form.ts';
import { NodeExchange } from './node-exchange.ts';
import { readForm } from './read-form.ts';

const megabyte = 1_048_576;
/** A process of its own: what it takes is not looked at. The first, smaller form is there to get everything going. */
const sender = `
import { connect } from 'node:net';
import { once } from 'node:events';
const piece = Buffer.alloc(65_536, 'sound');
const head = '--x\\r\\nContent-Disposition: form-data; name="file"; filename="a.wav"\\r\\n\\r\\n';
const end = '\\r\\n--x--\\r\\n';
for (const size of [50 * ${megabyte}, 500 * ${megabyte}]) {
  const socket = connect(Number(process.argv[1]), '127.0.0.1');
  const length = head.length + size + end.length;
  socket.write('POST / HTTP/1.1\\r\\nhost: h\\r\\nconnection: close\\r\\n');
  socket.write('content-type: multipart/form-data; boundary=x\\r\\ncontent-length: ' + length + '\\r\\n\\r\\n' + head);
  for (let sent = 0; sent < size; sent += piece.length) if (!socket.write(piece)) await once(socket, 'drain');
  socket.write(end);
  await once(socket.resume(), 'close');
}`;

test('an upload of 500 MB that is received and read again takes less than 30 MB', {
  timeout: 60_000,
}, async () => {
  const taken: { readonly bytes: number; readonly memory: number }[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const before = process.memoryUsage.rss();
    let peak = 0;
    const look = (): void => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const watch = setInterval(look, 5);
    const exchange = new NodeExchange({
      request,
      response,
      path: '/',
      isOwnGround: true,
      hostRequest: request,
    });
    const type = String(request.headers['content-type']);
    const source = exchange.readStream(600 * megabyte, () => {});
    const form = await readForm(source, { type, spool: true });
    let bytes = 0;
    for await (const piece of writeForm(form).open()) bytes += piece.length;
    look();
    clearInterval(watch);
    await form.dispose();
    taken.push({ bytes, memory: (peak - before) / megabyte });
    response.end();
  };
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a server that listens on a port
  const { port } = server.address() as AddressInfo;
  await once(spawn(process.execPath, ['--input-type=module', '-e', sender, String(port)]), 'exit');
  server.close();
  expect(taken).toHaveLength(2);
  expect(taken[1]?.bytes).toBeGreaterThan(500 * megabyte);
  expect(taken[1]?.memory).toBeLessThan(30);
});
