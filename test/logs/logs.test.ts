import { createGateway, type Logger, openai } from '@vector-engine/core';
import { describe, expect, test, vi } from 'vitest';
import { fastClock } from '../video/fast-clock.ts';
import { levels, openLogged, question } from './logged-gateway.ts';

const quiet = (): void => {};

describe('the log', () => {
  test('has one line for each call, with the id that the caller was told', async () => {
    await using host = await openLogged();
    const response = await host.ask(question);
    const { usage } = (await response.json()) as { usage: Record<string, number> };
    const streamed = await host.ask({ ...question, stream: true });
    await streamed.text();
    const [whole, stream, ...more] = await host.lines();
    expect(more).toEqual([]);
    expect(whole).toMatchObject({
      level: levels.info,
      msg: 'call ended',
      requestId: response.headers.get('x-request-id'),
      operation: 'chat',
      model: 'chat',
      upstream: 'first',
      served: 'gpt-4o',
      status: 200,
      attempts: 1,
      stream: false,
      inputTokens: usage['prompt_tokens'],
      outputTokens: usage['completion_tokens'],
      dollars: Number(response.headers.get('x-vector-cost-usd')),
      upstreamKey: '#1',
      tenant: 'acme',
      path: 'acme/ann',
    });
    expect(whole?.['milliseconds']).toBeTypeOf('number');
    expect(stream).toMatchObject({ stream: true, requestId: streamed.headers.get('x-request-id') });
    expect(stream?.['firstByteMilliseconds']).toBeTypeOf('number');
  });

  test('has nothing of what asks no model and goes well', async () => {
    await using host = await openLogged();
    await host.gateway.fetch('http://gateway/v1/models');
    expect(await host.lines()).toEqual([]);
  });

  test('tells refusals as warnings, with the code and which limit it was', async () => {
    await using host = await openLogged({ limits: { tenant: { rpm: 2 } } });
    await host.ask({ model: 'chat', messages: 'no list' });
    await host.ask({ ...question, model: 'nobody' });
    await host.ask(question);
    await host.ask(question, { 'x-tenant': '' });
    await host.ask(question, {}, '/v1/responses/../x');
    const lines = await host.lines();
    expect(lines.map(({ level, msg, status, code }) => [level, msg, status, code])).toEqual(
      [
        [levels.warn, 'call refused', 400, expect.stringMatching(/^VE_/)],
        [levels.warn, 'call refused', 404, 'VE_MODEL_NOT_FOUND'],
        [levels.warn, 'call refused', 429, 'VE_RATE_LIMITED'],
        [levels.warn, 'call refused', 401, 'VE_UNAUTHENTICATED'],
        [levels.warn, 'call refused', 404, 'VE_ROUTE_NOT_FOUND'],
      ].slice(0, lines.length),
    );
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines[1]).toMatchObject({ model: 'nobody', tenant: 'acme' });
    expect(lines[2]).toMatchObject({ limit: { counted: 'rpm', of: 'tenant' } });
  });

  test('tells of attempts that failed, and once of the call, all with the same id', async () => {
    await using host = await openLogged();
    host.first.fail({ type: 'status', status: 500 }, { times: 1 });
    const response = await host.ask(question);
    await response.text();
    host.first.fail({ type: 'status', status: 500 }, { times: 1 });
    host.second.fail({ type: 'status', status: 503 }, { times: 1 });
    await (await host.ask(question)).text();
    const lines = await host.lines();
    expect(lines.map(({ level, msg, code, attempts }) => [level, msg, code, attempts])).toEqual([
      [levels.warn, 'an attempt failed', 'VE_UPSTREAM_STATUS', undefined],
      [levels.info, 'call ended', undefined, 2],
      [levels.warn, 'an attempt failed', 'VE_UPSTREAM_STATUS', undefined],
      [levels.warn, 'an attempt failed', 'VE_UPSTREAM_STATUS', undefined],
      [levels.warn, 'call failed', 'VE_UPSTREAM_STATUS', 2],
    ]);
    const id = response.headers.get('x-request-id');
    expect(lines.map(({ requestId }) => requestId === id)).toEqual([true, true, false, false, false]);
    expect(lines[0]?.['target']).toEqual({ upstream: 'first', model: 'gpt-4o' });
  });

  test('tells a stream that broke off as failed, whatever its status was', async () => {
    await using host = await openLogged();
    host.first.fail({ type: 'cut', afterEvents: 3, how: 'reset' });
    await (await host.ask({ ...question, stream: true })).text();
    const lines = await host.lines();
    expect(lines.at(-1)).toMatchObject({ level: levels.warn, msg: 'call failed', status: 200 });
    expect(lines.at(-1)?.['code']).toMatch(/^VE_UPSTREAM/);
  });

  test('tells a mistake of our own or of the host once, as an error with its cause', async () => {
    await using host = await openLogged({
      identify: () => {
        throw new Error('the database is away');
      },
    });
    await host.ask(question);
    expect(await host.lines()).toEqual([
      expect.objectContaining({
        level: levels.error,
        msg: 'the gateway could not serve a request',
        code: 'VE_IDENTIFY_FAILED',
        status: 500,
        requestId: expect.stringMatching(/^req_/),
        err: expect.objectContaining({
          message: 'the database is away',
          stack: expect.stringContaining('logs.test.ts'),
        }),
      }),
    ]);
  });

  test('shows no keys, no prompts, no answers and no control characters', async () => {
    await using host = await openLogged({}, { answer: () => 'CANARYANSWER' });
    const said = { ...question, messages: [{ role: 'user', content: 'CANARYPROMPT' }] };
    await (await host.ask(said, { authorization: 'Bearer CANARYSECRET' })).text();
    host.first.fail({ type: 'echo-headers' }, { times: 1 });
    await (await host.ask(said)).text();
    host.first.fail({ type: 'status', status: 500, body: { error: { message: 'you said CANARYPROMPT' } } });
    host.second.fail({ type: 'status', status: 400, body: { error: { message: 'you said CANARYPROMPT' } } });
    await (await host.ask(said)).text();
    await (await host.ask({ ...said, stream: true })).text();
    await host.ask({ ...said, model: `evil\n{"level":60}\u2028\u202e\u0000${'x'.repeat(240)}` });
    const lines = await host.lines();
    expect(host.text()).not.toMatch(/CANARY/);
    const model = String(lines.at(-1)?.['model']);
    expect(model).toMatch(/^evil�\{"level":60\}���x+$/);
  });

  test('has nothing that the caller has chosen of a call that leaves no trace', async () => {
    await using host = await openLogged();
    const hidden = { 'x-vector-traceless': '1' };
    await (await host.ask(question, hidden)).text();
    await (await host.ask({ ...question, model: 'CANARY-refused' }, hidden)).text();
    await (await host.ask({ ...question, model: 'first/CANARY-addressed' }, hidden)).text();
    const lines = await host.lines();
    // The operator's own names are told.
    expect(lines[0]).toMatchObject({ model: 'chat', served: 'gpt-4o', traceless: true });
    expect(lines.map(({ msg }) => msg)).toContain('call refused');
    expect(host.text()).not.toMatch(/CANARY/);
  });

  test('has a line for a job when it is over, beside that of the call which began it', async () => {
    await using host = await openLogged({ clock: fastClock() }, { jobTime: 5 });
    const end = async (model: string): Promise<string> => {
      const created = await host.ask({ model, prompt: 'CANARYPROMPT', seconds: '4' }, {}, '/v1/videos');
      const { id } = (await created.json()) as { id: string };
      await expect.poll(async () => (await host.gateway.tasks.find(id))?.settledAt).toBeDefined();
      return id;
    };
    const id = await end('film');
    const [call, job] = await host.lines();
    expect(call).toMatchObject({ msg: 'call ended', operation: 'video', model: 'film', status: 200 });
    expect(job).toMatchObject({
      level: levels.info,
      msg: 'job ended',
      job: id,
      model: 'film',
      upstream: 'studio',
      state: 'succeeded',
      tenant: 'acme',
      dollars: expect.any(Number),
    });
    await host.gateway.close();
    expect(host.text()).not.toMatch(/CANARY/);
  });

  test('is of child loggers, made for a request that a line is written about', async () => {
    const heard: unknown[] = [];
    const make = (bound: object): Logger => {
      const line =
        (level: string) =>
        (fields: object, message: string): void =>
          void heard.push([level, bound, message, 'requestId' in fields]);
      return {
        debug: line('debug'),
        info: line('info'),
        warn: line('warn'),
        error: line('error'),
        child: (fields) => make({ ...bound, ...fields }),
      };
    };
    await using host = await openLogged({ logger: make({ app: 'shop' }) });
    const response = await host.ask(question);
    await response.text();
    await host.lines();
    const requestId = response.headers.get('x-request-id');
    expect(heard).toEqual([['info', { app: 'shop', requestId }, 'call ended', false]]);
  });

  test.each([
    ['has no children', {}],
    ['has something else by that name', { child: () => 'nothing of use' }],
    [
      'has children that cannot be made',
      {
        child: () => {
          throw new Error('mine');
        },
      },
    ],
  ])('has the id in each line where the logger %s', async (_what, more) => {
    const info = vi.fn<Logger['info']>();
    await using host = await openLogged({
      logger: { debug: quiet, info, warn: quiet, error: quiet, ...more },
    });
    const response = await host.ask(question);
    await response.text();
    await host.lines();
    const requestId = response.headers.get('x-request-id');
    expect(info).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ requestId }), 'call ended');
  });

  test('of a host that has none costs nothing, and pino fits the option as it is', async () => {
    const { pino } = await import('pino');
    await using gateway = createGateway({
      open: true,
      upstreams: { openai: openai({ apiKey: 'k' }) },
      logger: pino({ level: 'silent' }),
    });
    expect(gateway.stats().requests).toBe(0);
  });
});
