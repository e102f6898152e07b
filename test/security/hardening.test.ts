import { azureOpenAI, createGateway, type Gateway, type GatewayOptions } from '@vector-engine/core';
import { simulatedAzureOpenAI, simulatedOpenAI } from '@vector-engine/testing';
import { describe, expect, it } from 'vitest';
import { frameworks, startHost } from '../hosts/hosts.ts';
import { ask as hello } from '../hosts/send.ts';
import { optionsFor, startStack } from '../hosts/stack.ts';
import { ask, question } from '../reliability/support.ts';

describe('a name in other letters beside or in place of one that the gateway reads is refused', () => {
  const routes = [
    ['/v1/chat/completions', '"messages":[{"role":"user","content":"x"}]'],
    ['/v1/completions', '"prompt":"x"'],
    ['/v1/embeddings', '"input":"x"'],
  ] as const;
  const names = ['Model', 'MODEL', 'mOdel', '\\u004dodel'];

  for (const [path, rest] of routes) {
    it.each([
      ['before', (name: string) => `{"${name}":"gpt-5.2","model":"gpt-4o",${rest}}`],
      ['behind', (name: string) => `{"model":"gpt-4o",${rest},"${name}":"gpt-5.2"}`],
      ['in place of', (name: string) => `{"${name}":"gpt-4o",${rest}}`],
    ])(`${path}: %s it`, async (_where, write) => {
      await using stack = await startStack();
      for (const name of names) {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: write(name) };
        const response = await stack.gateway.fetch(`http://gateway${path}`, init);
        expect(response.status).toBe(400);
        const spelled = name.replace('\\u004d', 'M');
        expect(await response.json()).toMatchObject({
          error: {
            code: 'invalid_value',
            param: spelled,
            message: expect.stringMatching(new RegExp(`'${spelled}'.*lower case.*"model"`)),
          },
        });
      }
      expect(stack.upstream.requests).toHaveLength(0);
    });
  }

  it('further in, such names are the provider’s affair', async () => {
    await using stack = await startStack();
    const response = await ask(stack.gateway, hello({ metadata: { Model: 'x', MODEL: 'y' } }));
    expect(response.status).toBe(200);
    expect(stack.upstream.requests[0]?.body).toMatchObject({ metadata: { Model: 'x', MODEL: 'y' } });
  });
});

/** A body without a type: what a page of another site may send with the user's cookies, and no preflight. */
function postUntyped(gateway: Pick<Gateway, 'fetch'>, url: string): Promise<Response> {
  return gateway.fetch(url, { method: 'POST', body: Buffer.from(JSON.stringify(hello())) });
}

describe('a body that does not say its type', () => {
  describe.each([...frameworks, 'node:http', 'gateway.fetch'] as const)('%s', (name) => {
    it.each([
      ['is refused where callers are known by what their browser sends', 415],
      ['is taken where everybody may call', 200],
    ])('%s', async (_where, status) => {
      await using upstream = await simulatedOpenAI();
      const access = status === 200 ? { open: true as const } : { identify: () => ({ id: 'u1' }) };
      const options: GatewayOptions = { ...optionsFor(upstream), ...access };
      await using gateway = createGateway(options);
      await using host = await startHost(name === 'gateway.fetch' ? 'node:http' : name, gateway);
      const caller = name === 'gateway.fetch' ? gateway : { fetch };
      const url = `${host.baseURL}/chat/completions`;
      const response = await postUntyped(caller, url);
      expect(response.status).toBe(status);
      expect(upstream.requests).toHaveLength(status === 200 ? 1 : 0);
      const typed = { 'content-type': 'application/json' };
      const body = JSON.stringify(hello());
      expect((await caller.fetch(url, { method: 'POST', headers: typed, body })).status).toBe(200);
      expect((await caller.fetch(`${host.baseURL}/models`)).status).toBe(200);
    });
  });
});

describe('the name of an Azure deployment stays one segment of the path', () => {
  const version = '2024-10-21';

  it('what would be a dot segment is not sent at all', async () => {
    await using azure = await simulatedAzureOpenAI();
    await using gateway = createGateway({
      upstreams: { azure: azureOpenAI({ endpoint: azure.origin, apiKey: 'k', apiVersion: version }) },
      models: { here: 'azure/.', above: 'azure/..' },
      addressable: true,
      open: true,
    });
    for (const [path, rest] of [
      ['/v1/chat/completions', { messages: question.messages }],
      ['/v1/completions', { prompt: 'x' }],
      ['/v1/embeddings', { input: 'x' }],
    ] as const) {
      for (const name of ['azure/.', 'azure/..', 'here', 'above']) {
        const response = await ask(gateway, { model: name, ...rest }, { path });
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({ error: { code: 'model_not_found' } });
      }
    }
    expect(azure.requests).toHaveLength(0);
  });

  it.each([
    '...',
    '../..',
    '../../v1',
    '..\\..',
    '%2e%2e',
    '.%2E/x',
    'a/../../b',
    '..?api-version=1',
    '..#',
    '..;',
    ' ..',
    '..\r\n',
    '．．',
  ])('%j', async (name) => {
    await using azure = await simulatedAzureOpenAI();
    await using gateway = createGateway({
      upstreams: { azure: azureOpenAI({ endpoint: azure.origin, apiKey: 'k', apiVersion: version }) },
      open: true,
    });
    const response = await ask(gateway, { ...question, model: `azure/${name}` });
    expect(response.status).toBe(404);
    const segment = encodeURIComponent(name);
    expect(azure.requests.map(({ path }) => path)).toEqual([
      `/openai/deployments/${segment}/chat/completions?api-version=${version}`,
    ]);
  });
});
