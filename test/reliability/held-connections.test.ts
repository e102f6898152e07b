import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createGateway, toNodeListener } from '@vector-engine/core';
import { replay } from '@vector-engine/testing';
import { expect, it } from 'vitest';
import { frameworks, startHost } from '../hosts/hosts.ts';
import { readAll } from '../hosts/send.ts';
import { serve } from '../hosts/serve.ts';
import { stall, startFlood } from './load.ts';
import { model, question, until, upstreamAt, wholeAnswer } from './support.ts';

it.each(['node:http', ...frameworks] as const)(
  'closing is not kept waiting by a caller that reads nothing of an open stream: %s',
  async (name) => {
    await using upstream = await startFlood(Number.POSITIVE_INFINITY);
    const gateway = createGateway({
      upstreams: { only: upstreamAt(upstream) },
      models: { chat: `only/${model}` },
      timeouts: { write: 200 },
      open: true,
    });
    await using host = await startHost(name, gateway);
    const response = once(host.server, 'request').then(([, held]) => held as ServerResponse);
    const caller = await stall(host.port, { ...question, stream: true });
    const held = await response;
    await until(() => held.writableNeedDrain, 'nothing more can be written');
    await gateway.close({ grace: 20 });
    expect(gateway.stats()).toMatchObject({ active: 0, targets: [{ active: 0 }] });
    await until(() => held.destroyed, 'the response is closed');
    caller.destroy();
  },
);

it('a host without a keep-alive limit keeps its connections without one after a large answer', async () => {
  const content = 'x'.repeat(200_000);
  await using upstream = await replay({
    ...wholeAnswer,
    body: wholeAnswer.body.toString().replace('Hello', content),
  });
  await using gateway = createGateway({
    upstreams: { only: upstreamAt(upstream) },
    models: { chat: `only/${model}` },
    timeouts: { write: 50 },
    open: true,
  });
  const listener = toNodeListener(gateway);
  await using host = await serve((request: IncomingMessage, response: ServerResponse) => {
    if (request.url === '/slow') setTimeout(() => response.end('mine'), 200);
    else listener(request, response);
  });
  Object.assign(host.server, { keepAliveTimeout: 0 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const call = async (path: string, body?: object): Promise<string> => {
    const request = httpRequest({
      host: '127.0.0.1',
      port: host.port,
      agent,
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return (await readAll(response)).toString();
  };
  expect(await call('/v1/chat/completions', question)).toContain(content);
  expect(await call('/slow')).toBe('mine');
  agent.destroy();
});
