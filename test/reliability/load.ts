import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { percentile } from './support.ts';

/** Keeps `width` tasks going for so many milliseconds; returns how many there were. */
export async function runFor(
  milliseconds: number,
  width: number,
  task: (index: number) => Promise<void>,
): Promise<number> {
  const end = performance.now() + milliseconds;
  let count = 0;
  const work = async (): Promise<void> => {
    while (performance.now() < end) await task(count++);
  };
  await Promise.all(Array.from({ length: width }, work));
  return count;
}

export interface RssSamples {
  /** Median of the process's resident memory in a tenth of the time: 2 is the second. */
  readonly tenth: (number: number) => number;
}

/** Looks at the resident memory every 100 ms until the work is done. */
export async function sampleRss(work: Promise<unknown>): Promise<RssSamples> {
  const samples: number[] = [];
  const timer = setInterval(() => samples.push(process.memoryUsage.rss()), 100);
  await work.finally(() => clearInterval(timer));
  return {
    tenth(number) {
      const size = samples.length / 10;
      return percentile(samples.slice(Math.floor((number - 1) * size), Math.ceil(number * size)), 0.5);
    },
  };
}

/** A caller that asks and then reads nothing. */
export function stall(port: number, body: object, times = 1): Promise<Socket> {
  const text = JSON.stringify(body);
  const request = `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.pause();
      socket.write(request.repeat(times), () => resolve(socket));
    });
    socket.on('error', reject);
  });
}

export interface Flood extends AsyncDisposable {
  readonly baseURL: string;
  /** Streams that were begun, and that are over. */
  readonly opened: number;
  readonly closed: number;
}

/** An upstream that costs next to nothing: every answer is a stream of so many bytes, sent as fast as it is read. */
export async function startFlood(bytes: number): Promise<Flood> {
  const delta = { content: 'x'.repeat(32_000) };
  const event = Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
  const count = { opened: 0, closed: 0 };
  const server = createServer((request, response) => {
    count.opened++;
    request.resume();
    response.on('error', () => undefined);
    response.on('close', () => {
      count.closed++;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let left = bytes;
    const write = (): void => {
      while (left > 0) {
        left -= event.length;
        if (!response.write(event)) return;
      }
      response.end('data: [DONE]\n\n');
    };
    response.on('drain', write);
    write();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get opened() {
      return count.opened;
    },
    get closed() {
      return count.closed;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
