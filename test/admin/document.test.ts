import type { IncomingMessage as NodeRequest, ServerResponse } from 'node:http';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type Gateway, type HttpRoute, toNodeListener } from '@vector-engine/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../hosts/serve.ts';
import { until } from '../video/world.ts';
import { checkSchema, isObject, resolve, type Value, wordOf } from './check-schema.ts';
import { type House, openHouse } from './house.ts';
import { type Made, refused, type Sample, samplesOf } from './samples.ts';

type Tree = Readonly<Record<string, Value>>;

let house: House;
let made: Made;
let document: Tree;

const tree = (value: Value | undefined): Tree => (isObject(value) ? value : {});
const keyOf = ({ method, path }: HttpRoute): string => `${method} ${path}`;

async function send(gateway: Gateway, method: string, sample: Sample): Promise<Response> {
  const { path, body, form, headers = {} } = sample;
  const json = { 'content-type': 'application/json' };
  return gateway.fetch(path.startsWith('http') ? path : `http://gateway${path}`, {
    method,
    headers: body === undefined ? headers : { ...json, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(form === undefined ? {} : { body: form }),
  });
}

async function ask(method: string, path: string, body?: unknown): Promise<Tree> {
  const response = await send(house.gateway, method, body === undefined ? { path } : { path, body });
  return tree((await response.json()) as Value);
}

beforeAll(async () => {
  house = await openHouse();
  document = await ask('GET', '/openapi.json');
  const film = { model: 'film', prompt: 'a fox', seconds: '4' };
  const video = wordOf((await ask('POST', '/v1/videos', film))['id']);
  const task = wordOf((await ask('POST', '/v1/video/generations', film))['id']);
  await until(async () => (await ask('GET', `/v1/videos/${video}`))['status'] === 'completed');
  const { record } = await house.gateway.keys.create({
    name: 'one',
    tenant: 'acme',
    budgets: [{ limit: 5 }],
  });
  const response = await ask('POST', '/v1/responses', { model: 'gpt-4o', input: 'hello' });
  const background = await ask('POST', '/v1/responses', {
    model: 'gpt-4o',
    input: 'hello',
    background: true,
  });
  const calls = await ask('GET', '/admin/calls');
  const [call] = Array.isArray(calls['data']) ? (calls['data'] as Tree[]) : [];
  const job = await ask('GET', `/admin/jobs/${video}`);
  const [result] = Array.isArray(job['results']) ? (job['results'] as Tree[]) : [];
  made = {
    key: record.id,
    call: wordOf(call?.['id']),
    video,
    task,
    link: wordOf(result?.['url']),
    response: wordOf(response['id']),
    background: wordOf(background['id']),
  };
});

afterAll(() => house[Symbol.asyncDispose]());

/** What the document says of an operation. */
function operationOf(method: string, path: string): Tree {
  return tree(tree(tree(document['paths'])[path])[method.toLowerCase()]);
}

/** What is not as the document says, of an answer to a route. */
async function check(method: string, path: string, response: Response): Promise<readonly string[]> {
  const responses = tree(operationOf(method, path)['responses']);
  const said = responses[String(response.status)] ?? responses['default'];
  if (!isObject(said)) return [`the status ${response.status} is not described`];
  const found = typeof said['$ref'] === 'string' ? tree(resolve(said['$ref'], document)) : said;
  const type = response.headers.get('content-type') ?? '';
  const content = tree(found['content']);
  const one = Object.keys(content).find((name) => fits(name, type));
  if (one === undefined) return [`${type} is not among ${Object.keys(content).join(', ')}`];
  const headers = Object.keys(tree(found['headers']));
  const untold = [...response.headers.keys()].filter(
    (name) => name.startsWith('x-vector-') && !headers.includes(name),
  );
  const missing = response.headers.has('x-request-id') ? [] : ['it has no id'];
  const bytes = Buffer.from(await response.arrayBuffer());
  const schema = tree(content[one])['schema'] ?? {};
  const value: Value =
    one === 'application/json' ? (JSON.parse(bytes.toString()) as Value) : bytes.toString('latin1');
  return [...untold, ...missing, ...checkSchema(schema, value, document)];
}

function fits(pattern: string, type: string): boolean {
  const [plain = ''] = pattern.split(';');
  const [found = ''] = type.split(';');
  return plain === '*/*' || (plain.endsWith('/*') ? found.startsWith(plain.slice(0, -1)) : found === plain);
}

describe('the document', () => {
  test('is what the schema of OpenAPI 3.1 says', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(await validator.validate({ ...document, paths: 'none' })).toMatchObject({ valid: false });
  });

  test('is one of OpenAPI 3.1, and every name that it uses is there', () => {
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Vector Engine', version: expect.any(String) },
      servers: [{ url: 'http://gateway' }],
    });
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, name = '']) => name,
    );
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((name) => resolve(name, document) === undefined)).toEqual([]);
    const schemes = Object.keys(tree(tree(document['components'])['securitySchemes']));
    const security = document['security'] as Tree[];
    expect(security.flatMap((one) => Object.keys(one)).filter((name) => !schemes.includes(name))).toEqual([]);
  });

  test('has every route of the gateway, and nothing else', () => {
    const described = Object.entries(tree(document['paths'])).flatMap(([path, item]) =>
      Object.keys(tree(item)).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(house.gateway.routes().map(keyOf).toSorted());
  });

  test('says of every operation what it is, by a name of its own', () => {
    const names: Value[] = [];
    for (const { method, path } of house.gateway.routes()) {
      const operation = operationOf(method, path);
      names.push(operation['operationId'] ?? null);
      expect(operation).toMatchObject({
        operationId: expect.stringMatching(/^[A-Za-z_0-9]+$/),
        summary: expect.stringMatching(/\.$/),
        tags: [expect.any(String)],
      });
      const parameters = (operation['parameters'] ?? []) as Tree[];
      const inPath = parameters.filter((one) => one['in'] === 'path');
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect([path, inPath.map(({ name }) => name)]).toEqual([path, wanted]);
      expect(inPath.every((one) => one['required'] === true)).toBe(true);
      for (const answer of Object.values(tree(operation['responses'])))
        expect(typeof tree(answer)['$ref'] === 'string' || tree(answer)['description']).toBeTruthy();
    }
    expect(new Set(names).size).toBe(names.length);
  });

  test('has a schema for every word, that can be checked', () => {
    const problems = Object.entries(tree(tree(document['components'])['schemas'])).flatMap(([name, schema]) =>
      checkSchema(schema, {}, document, name).filter((problem) => problem.includes('nobody checks')),
    );
    expect(problems).toEqual([]);
  });

  test('is what a gateway has: of one without operators and natives there is less', async () => {
    const { createGateway } = await import('@vector-engine/core');
    const { optionsFor } = await import('../hosts/stack.ts');
    await using gateway = createGateway({ ...optionsFor(house.vendor), open: true });
    const response = await gateway.fetch('http://gateway/api/ai/openapi.json');
    const bare = tree((await response.json()) as Value);
    const paths = Object.keys(tree(bare['paths']));
    expect(bare['servers']).toEqual([{ url: 'http://gateway/api/ai' }]);
    expect(new Set(paths)).toEqual(new Set(gateway.routes().map(({ path }) => path)));
    expect(paths.filter((path) => /admin|metrics|sim/.test(path))).toEqual([]);
    expect(JSON.stringify(bare)).not.toContain('/admin/');
  });

  test("is left to the host, where the gateway is at the host's own root", async () => {
    const listener = toNodeListener(house.gateway);
    await using served = await serve((request: NodeRequest, response: ServerResponse) =>
      listener(request, response, () => response.end('the document of the host')),
    );
    const read = async (path: string): Promise<string> => (await fetch(served.origin + path)).text();
    expect(await read('/openapi.json')).toBe('the document of the host');
    expect(await read('/v1/models')).toContain('gpt-4o');
  });

  test('strangers do not have it', async () => {
    const { createGateway } = await import('@vector-engine/core');
    const { optionsFor } = await import('../hosts/stack.ts');
    await using gateway = createGateway({ ...optionsFor(house.vendor), identify: () => undefined });
    expect((await gateway.fetch('http://gateway/openapi.json')).status).toBe(401);
  });
});

describe('every route answers as described', () => {
  test('where it does what it is asked', async () => {
    const samples = samplesOf(made);
    const found: unknown[] = [];
    for (const [key, asked] of Object.entries(samples)) {
      const [method = '', path = ''] = key.split(' ');
      for (const sample of asked) {
        const response = await send(house.gateway, method, sample);
        const { status } = response;
        const problems = await check(method, path, response);
        if (status >= 300 || problems.length > 0) found.push({ key, path: sample.path, status, problems });
      }
    }
    expect(found).toEqual([]);
    const untried = house.gateway
      .routes()
      .map(keyOf)
      .filter((key) => samples[key] === undefined && !key.includes('{rest}'));
    expect(untried.toSorted()).toEqual([
      'GET /admin/live',
      'GET /v1/media/{id}/content',
      'POST /admin/jobs/{id}/cancel',
      'POST /v1/webhooks/{id}',
    ]);
  });

  test('where it refuses', async () => {
    const found: unknown[] = [];
    for (const [key, asked] of Object.entries(refused)) {
      const [method = '', path = ''] = key.split(' ');
      for (const sample of asked) {
        const response = await send(house.gateway, method, sample);
        const { status } = response;
        const problems = await check(method, path, response);
        if (status < 400 || status === 500 || problems.length > 0)
          found.push({ key, path: sample.path, status, problems });
      }
    }
    expect(found).toEqual([]);
  });

  test('where what is asked goes through as it is', async () => {
    const response = await send(house.gateway, 'GET', { path: '/sim/v1/models' });
    expect([response.status, await check('GET', '/sim{rest}', response)]).toEqual([200, []]);
  });
});
