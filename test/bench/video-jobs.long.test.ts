import { Agent, request } from 'node:http';
import { type SimulatedJob, simulatedOpenAI } from '@vector-engine/testing';
import { expect, test } from 'vitest';
import type { FilmHouse } from './film-house.ts';
import { startChild } from './ipc.ts';

const megabyte = 1_048_576;
const house = new URL('film-house.ts', import.meta.url);
const nodeFlags = ['--conditions=@vector-engine/source', '--expose-gc'];

interface Reply {
  readonly status: number | undefined;
  readonly text: string;
}

function post(port: number, body: object, headers: Record<string, string>, agent: Agent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        agent,
        method: 'POST',
        path: '/v1/images/generations',
        headers: { 'content-type': 'application/json', ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode, text }));
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}

/** Reads all of it, and keeps nothing. */
function download(port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, path }, (response) => {
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('it is not so after a minute');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const jobs = 1000;
const waiters = 5;
/** Milliseconds between the polls of a job, as they are planned; chance moves each by a tenth. */
const planned = [2000, 5000];

test('1,000 jobs with 5 waiters each are asked about once an interval, in less than 100 MB', async () => {
  await using studio = await simulatedOpenAI({ jobTime: 3_600_000 });
  const child = await startChild<FilmHouse>(house, { nodeFlags });
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  try {
    const { port } = await child.call('open', studio.baseURL);
    // What is loaded with the first job is not counted.
    studio.jobs.plan([{ takes: 0 }]);
    await post(port, { model: 'film', prompt: 'first' }, {}, agent);
    const before = await child.call('heap');
    const since = studio.requests.length;
    const answers = Array.from({ length: jobs * waiters }, (_, index) => {
      const prompt = `film ${index % jobs}`;
      return post(port, { model: 'film', prompt }, { 'idempotency-key': prompt }, agent);
    });
    await until(async () => (await child.call('active')) === jobs * waiters);
    await until(() => studio.jobs.creations === jobs + 1);
    const made = (): readonly SimulatedJob[] => studio.jobs.list().slice(1);
    await until(() => made().every(({ polls }) => polls > planned.length));
    const held = (await child.call('heap')) - before;
    const polls = new Map<string, number[]>();
    for (const { method, path, receivedAt } of studio.requests.slice(since)) {
      const id = /\/videos\/(\w+)$/.exec(path)?.[1];
      if (method === 'GET' && id !== undefined) polls.set(id, [...(polls.get(id) ?? []), receivedAt]);
    }
    for (const { id } of made()) studio.jobs.finish(undefined, id);
    const statuses = new Map<number | undefined, number>();
    for (const { status } of await Promise.all(answers))
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const gaps = [...polls.values()].flatMap((times) =>
      planned.map((gap, index) => ((times[index + 1] ?? 0) - (times[index] ?? 0)) / gap),
    );
    const most = Math.max(...[...polls.values()].map((times) => times.length));
    console.info(
      `${jobs} jobs, ${waiters} waiters each: ${(held / megabyte).toFixed(1)} MB held; polls of a job ${most} at most, ` +
        `${Math.min(...gaps).toFixed(2)} to ${Math.max(...gaps).toFixed(2)} of the planned interval apart`,
    );
    expect(polls.size).toBe(jobs);
    expect(Math.min(...gaps)).toBeGreaterThan(0.85);
    expect(most).toBeLessThanOrEqual(planned.length + 2);
    expect(held).toBeLessThan(100 * megabyte);
    expect([...statuses]).toEqual([[200, jobs * waiters]]);
    expect(studio.jobs.creations).toBe(jobs + 1);
  } finally {
    agent.destroy();
    await child.close();
  }
});

test('a video of 1 GB that is downloaded through takes less than 30 MB more than one that is piped by hand', async () => {
  await using studio = await simulatedOpenAI({ jobTime: 0, keepRequests: 10 });
  const child = await startChild<FilmHouse>(house, { nodeFlags });
  const agent = new Agent();
  try {
    const { port, plain } = await child.call('open', studio.baseURL);
    const make = async (bytes: number): Promise<string> => {
      studio.jobs.plan({ takes: 0, file: { bytes } });
      const { text } = await post(port, { model: 'film', prompt: `${bytes} bytes` }, {}, agent);
      const { pathname, search } = new URL(/"url":"([^"]+)"/.exec(text)?.[1] ?? '');
      return pathname + search;
    };
    const size = 1024 * megabyte;
    const path = await make(size);
    const plainPath = `/videos/${studio.jobs.list().at(-1)?.id}/content`;
    // What is loaded, and the buffers of the first connections, are not counted.
    await download(port, await make(100 * megabyte));
    const peakOf = async (from: number, at: string): Promise<number> => {
      await child.call('peak');
      expect(await download(from, at)).toBe(size);
      return (await child.call('peak')) / megabyte;
    };
    // Node's own garbage: what is piped by hand is collected as late.
    const byHand = await peakOf(plain, plainPath);
    const began = performance.now();
    const through = await peakOf(port, path);
    const seconds = (performance.now() - began) / 1000;
    console.info(
      `1 GB through in ${seconds.toFixed(1)} s: the process had ${through.toFixed(1)} MB at most, and ` +
        `${byHand.toFixed(1)} MB where the same was piped by hand`,
    );
    expect(through - byHand).toBeLessThan(30);
  } finally {
    agent.destroy();
    await child.close();
  }
});
