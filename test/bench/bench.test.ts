import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderChart } from './chart.ts';
import { FIGURES } from './figures.ts';
import { type RunningSubject, type Stage, SUBJECTS, setStage } from './lineup.ts';
import type { Samples } from './measure.ts';
import { missesOf, renderTable } from './report.ts';
import { createRequestScanner } from './request-scanner.ts';
import type { Sample } from './scenarios.ts';
import { median, quantile } from './statistics.ts';
import { tabulate } from './tabulate.ts';
import { bodyOf, verify } from './verify.ts';

function scanned(pieces: readonly string[]): string[] {
  const requests: string[] = [];
  const scan = createRequestScanner((bytes) => requests.push(bytes.toString()));
  for (const piece of pieces) scan(Buffer.from(piece));
  return requests;
}

function rounds(id: string, values: readonly number[]): Sample[] {
  return values.map((value) => ({ [id]: value }));
}

describe('the harness', () => {
  let stage: Stage;
  let floor: RunningSubject;

  beforeAll(async () => {
    stage = await setStage({ pin: false });
    const entry = SUBJECTS.find(({ name }) => name === 'floor');
    if (entry === undefined) throw new Error('There is no floor.');
    floor = await stage.start(entry);
  });
  afterAll(() => stage?.close());

  test('the floor answers as the upstream does, whole and streamed', async () => {
    await expect(verify(stage, stage.direct)).resolves.toBeUndefined();
    await expect(verify(stage, floor)).resolves.toBeUndefined();
  });

  test('every request of the closed loop reaches the upstream and costs the floor processor time', async () => {
    const { load, upstream } = stage;
    await upstream.call('mode', 'whole');
    await load.call('open', { shape: { port: floor.port, stream: false }, count: 5 });
    const sent = (await upstream.call('counts')).requests;
    const cpu = await floor.child?.call('cpu');
    const result = await load.call('run', 50);
    await load.call('close');
    expect(result.requests).toBeGreaterThan(5);
    expect((await upstream.call('counts')).requests - sent).toBe(result.requests);
    expect(result.p50).toBeGreaterThan(0);
    expect(result.p99).toBeGreaterThanOrEqual(result.p50);
    expect(await floor.child?.call('cpu')).toBeGreaterThan(cpu ?? Number.POSITIVE_INFINITY);
  });

  test('bodies are unique', async () => {
    const { load, upstream } = stage;
    await upstream.call('mode', 'whole');
    await upstream.call('capture', true);
    const bodies = new Set<string>();
    for (let count = 0; count < 3; count++) {
      await load.call('once', { port: floor.port, stream: false });
      bodies.add(bodyOf(await upstream.call('lastRequest')));
    }
    await upstream.call('capture', false);
    expect(bodies.size).toBe(3);
  });

  test('held streams get paced chunks until they are finished', async () => {
    const { load, upstream } = stage;
    await upstream.call('mode', 'held');
    await load.call('open', { shape: { port: floor.port, stream: true }, count: 4 });
    await load.call('hold');
    await upstream.call('pace', 1_000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await upstream.call('finish')).toBe(4);
    const bytes = await load.call('release');
    await load.call('close');
    const { chunks } = await upstream.call('counts');
    expect(chunks).toBeGreaterThan(20);
    expect(bytes).toBeGreaterThan(chunks * 100);
  });

  test('an answer that is not a success ends the run', async () => {
    await stage.upstream.call('mode', 'fail');
    await expect(stage.load.call('once', { port: floor.port, stream: false })).rejects.toThrow(
      'HTTP/1.1 500',
    );
  });
});

describe('requests in pieces', () => {
  test.each([
    ['by length', 'POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello'],
    ['by chunks', 'POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
  ])('an end %s is found wherever the request is split', (_, request) => {
    for (let split = 0; split <= request.length; split++) {
      const pieces = [request.slice(0, split), request.slice(split)].filter((piece) => piece !== '');
      expect(scanned([...pieces, request])).toEqual([request, request]);
    }
  });
});

describe('the report', () => {
  const measured: Samples[] = [
    new Map([
      ['floor', rounds('whole-50.cpu', [30, 40, 50])],
      ['usual', rounds('whole-50.cpu', [240, 280, 300])],
      ['bare', rounds('whole-50.cpu', [36, 50, 60])],
      ['koa', rounds('whole-50.cpu', [60, 80, 100])],
    ]),
    new Map([
      ['direct', rounds('first-byte.p50', [20, 30])],
      ['floor', rounds('first-byte.p50', [70, 90])],
      ['koa', rounds('first-byte.p50', [90, 100])],
    ]),
    new Map([['express', rounds('import.time', [160, 140, 170])]]),
  ];
  const rows = tabulate(FIGURES, measured);

  test('medians and quantiles are those of the values', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(quantile([1, 2, 3, 4], 0.99)).toBe(4);
  });

  test('ratios are taken per round, then their median', () => {
    expect(rows[0]?.cells.usual).toEqual({ value: 280, compared: 7 });
    expect(rows[0]?.cells.bare).toEqual({ value: 50, compared: 1.2, verdict: 'ok' });
    expect(rows[1]?.cells.floor).toEqual({ value: 80, compared: 55 });
  });

  test('the table shows the floor in its units, ratios beside it, and whether targets hold', () => {
    expect(renderTable(rows)).toMatchInlineSnapshot(`
      "                                    floor  usual  ours, bare  ours, Express   ours, Koa        target
      CPU per whole call, c=50          40.0 us   7.00     1.20 ok                  2.00 MISS  <= 1.3 / 1.5
      time to first byte added, idle    55.0 us                                    70.0 us ok     <= 100 us
      import of @vector-engine/express                                160 ms MISS                 <= 150 ms"
    `);
    expect(missesOf(rows)).toEqual([
      'ours, Koa: CPU per whole call, c=50 2.00, target <= 1.3 / 1.5',
      'ours, Express: import of @vector-engine/express 160 ms, target <= 150 ms',
    ]);
  });

  test('the chart is well-formed and has a bar for every subject of every panel', () => {
    const chart = renderChart(rows, 'Node & <more>');
    expect(chart).toMatch(/^<svg [^>]+>/);
    expect(chart).toContain('Node &amp; &lt;more&gt;');
    expect(chart.match(/<rect x=/g)).toHaveLength(6);
    expect(chart.match(/<line /g)).toHaveLength(3);
    expect(chart).not.toMatch(/NaN|undefined|Infinity/);
    expect(chart.match(/<g /g)?.length).toBe(chart.match(/<\/g>/g)?.length);
  });
});
