import { describe, expect, test } from 'vitest';
import { azureOpenAI } from './azure-openai/azure-openai.ts';
import { defineUpstream } from './define-upstream.ts';
import { openai } from './openai/openai.ts';
import { openaiCompatible } from './openai-compatible/openai-compatible.ts';
import { type PresetName, presets } from './openai-compatible/presets.ts';
import * as vendors from './openai-compatible/vendors.ts';
import type { Upstream } from './upstream.ts';

const base = { vendor: 'acme', baseURL: 'https://api.acme.test/v1' };

describe('defineUpstream', () => {
  test('fills in what OpenAI does', () => {
    const upstream = defineUpstream({ ...base, apiKey: 'k' });
    expect(upstream).toMatchObject({
      origin: 'https://api.acme.test',
      dialect: 'openai-chat',
      takesUsageOption: true,
      maxConcurrency: 1000,
      models: [],
      headers: {},
    });
    expect(upstream.weight).toBeUndefined();
    expect(upstream.path('chat', 'm')).toBe('/v1/chat/completions');
    expect(upstream.path('completions', 'm')).toBe('/v1/completions');
    expect(upstream.path('embeddings', 'm')).toBe('/v1/embeddings');
    expect(upstream.authorize('k')).toEqual(['authorization', 'Bearer k']);
    expect(Object.isFrozen(upstream)).toBe(true);
  });

  test('takes an address without a path, and one with slashes at its end', () => {
    expect(defineUpstream({ ...base, baseURL: 'http://127.0.0.1:8000' }).path('chat', 'm')).toBe(
      '/chat/completions',
    );
    expect(defineUpstream({ ...base, baseURL: 'http://h/a/v1//' }).path('chat', 'm')).toBe(
      '/a/v1/chat/completions',
    );
  });

  test('an operation that its path function does not know is not offered', () => {
    const upstream = defineUpstream({
      ...base,
      path: (operation) => (operation === 'chat' ? '/talk' : undefined),
    });
    expect(upstream.path('chat', 'm')).toBe('/v1/talk');
    expect(upstream.path('embeddings', 'm')).toBeUndefined();
  });

  test('keeps a copy of keys and headers, with lower-case names', () => {
    const headers = { 'X-Team': 'a' };
    const keys = ['one', 'two'];
    const upstream = defineUpstream({ ...base, headers, apiKey: keys });
    headers['X-Team'] = 'b';
    keys.push('three');
    expect(upstream.headers).toEqual({ 'x-team': 'a' });
    expect(upstream.apiKey).toEqual(['one', 'two']);
  });

  test.each<[what: string, options: object, message: RegExp]>([
    [
      'no address',
      { baseURL: undefined },
      /baseURL undefined is not an http or https address; give one like/,
    ],
    [
      'an address without a scheme',
      { baseURL: 'api.acme.test/v1' },
      /baseURL "api.acme.test\/v1" is not an http/,
    ],
    ['another scheme', { baseURL: 'ftp://api.acme.test' }, /is not an http or https address/],
    [
      'a password in the address',
      { baseURL: 'https://me:canary@api.acme.test' },
      /^acme: baseURL must not hold a/,
    ],
    ['a query', { baseURL: 'https://api.acme.test/v1?key=canary' }, /must not have a query or fragment/],
    [
      'a key that is undefined',
      { apiKey: undefined },
      /^acme: apiKey is undefined; is the environment variable set\?/,
    ],
    ['an empty key', { apiKey: '' }, /apiKey is empty; is the environment variable set\?/],
    ['no keys', { apiKey: [] }, /apiKey is an empty list; give at least one key/],
    ['an undefined key among others', { apiKey: ['a', undefined] }, /apiKey is empty/],
    ['a key with a line feed', { apiKey: 'canary\n' }, /apiKey has a space, line break .* trim it/],
    [
      'a header name that is none',
      { headers: { 'x y': '1' } },
      /headers has "x y", which is not a header name/,
    ],
    [
      'a header value with a line break',
      { headers: { 'x-y': 'a\r\nb' } },
      /value of header "x-y" must be .* printable/,
    ],
    [
      'a header value that is undefined',
      { headers: { 'x-y': undefined } },
      /value of header "x-y" must be a string/,
    ],
    [
      'a header of the gateway',
      { headers: { 'Content-Type': 'x' } },
      /"Content-Type" is set by the gateway itself/,
    ],
    [
      'a header of the connection',
      { headers: { host: 'evil' } },
      /"host" is set by the gateway itself; leave it out/,
    ],
    ['half a concurrency', { maxConcurrency: 0.5 }, /maxConcurrency is 0.5; it must be a whole number/],
    ['concurrency as text', { maxConcurrency: '5' }, /maxConcurrency is "5"; it must be a whole number/],
    ['a dialect it does not know', { dialect: 'klingon' }, /dialect is "klingon"; it must be/],
    ['models that are no list', { models: 'gpt' }, /models must be a list of names/],
    ['yes and no in words', { takesUsageOption: 'no' }, /takesUsageOption is "no"; it must be true or false/],
    ['timeouts that are none', { timeouts: 5 }, /timeouts: options must be an object with connect/],
    ['an endless deadline', { timeouts: { idle: Number.POSITIVE_INFINITY } }, /timeouts.idle is Infinity/],
    ['no concurrency', { maxConcurrency: 0 }, /maxConcurrency is 0; it must be a whole number above 0/],
    ['a weight below 0', { weight: -1 }, /weight is -1; it must be a number above 0/],
    ['a weight that is no number', { weight: Number.NaN }, /weight is NaN; it must be a number above 0/],
  ])('refuses %s', (_what, options, message) => {
    const define = (): unknown => defineUpstream({ ...base, ...options });
    expect(define).toThrow(message);
    expect(define).toThrow(expect.objectContaining({ code: 'VE_OPTIONS_INVALID' }));
    expect(define).not.toThrow(/canary/);
  });
});

describe('openai', () => {
  test('is at its usual address, with its organization and project', () => {
    const upstream = openai({ apiKey: 'k', organization: 'org', project: 'proj', headers: { 'X-Own': '1' } });
    expect(upstream).toMatchObject({ vendor: 'openai', origin: 'https://api.openai.com', apiKey: 'k' });
    expect(upstream.headers).toEqual({
      'openai-organization': 'org',
      'openai-project': 'proj',
      'x-own': '1',
    });
    expect(upstream.path('chat', 'gpt-5.2')).toBe('/v1/chat/completions');
    expect(upstream.models).toContain('gpt-5.2');
  });

  test('wants its key', () => {
    expect(() => openai({ apiKey: undefined })).toThrow('openai: apiKey is undefined');
  });
});

describe('azureOpenAI', () => {
  test('speaks the v1 API unless a version is given', () => {
    const upstream = azureOpenAI({ resource: 'acme-eu', apiKey: 'k', deployments: ['gpt-52-prod'] });
    expect(upstream.origin).toBe('https://acme-eu.openai.azure.com');
    expect(upstream.path('chat', 'gpt-52-prod')).toBe('/openai/v1/chat/completions');
    expect(upstream.path('embeddings', 'e')).toBe('/openai/v1/embeddings');
    expect(upstream.authorize('k')).toEqual(['api-key', 'k']);
    expect(upstream.models).toEqual(['gpt-52-prod']);
  });

  test('speaks the deployments API of the given version, and the deployment cannot leave its place', () => {
    const upstream = azureOpenAI({
      endpoint: 'https://acme.openai.azure.us/',
      apiKey: 'k',
      apiVersion: '2024-10-21',
    });
    expect(upstream.origin).toBe('https://acme.openai.azure.us');
    expect(upstream.path('chat', 'gpt 5/../x?y')).toBe(
      '/openai/deployments/gpt%205%2F..%2Fx%3Fy/chat/completions?api-version=2024-10-21',
    );
    expect(upstream.path('completions', 'd')).toContain('/openai/deployments/d/completions?');
    expect(upstream.path('embeddings', 'd')).toContain('/openai/deployments/d/embeddings?');
  });

  test('sends a token as Bearer', () => {
    const upstream = azureOpenAI({ resource: 'acme', token: () => 'jwt' });
    expect(upstream.authorize('jwt')).toEqual(['authorization', 'Bearer jwt']);
  });

  test.each<[what: string, options: Parameters<typeof azureOpenAI>[0], message: RegExp]>([
    ['neither resource nor endpoint', { apiKey: 'k' }, /give either resource \("acme-eu"\) or endpoint/],
    ['both of them', { resource: 'a', endpoint: 'https://a.test', apiKey: 'k' }, /give either resource/],
    [
      'an address as resource',
      { resource: 'https://acme.test', apiKey: 'k' },
      /is not a resource name; .* use endpoint/,
    ],
    [
      'an endpoint with /openai',
      { endpoint: 'https://a.test/openai/v1/', apiKey: 'k' },
      /ends before "\/openai"/,
    ],
    ['no address as endpoint', { endpoint: 'acme', apiKey: 'k' }, /is not an http or https address/],
    ['a key and a token', { resource: 'a', apiKey: 'k', token: 't' }, /give apiKey or token, not both/],
    ['neither of them', { resource: 'a' }, /apiKey is undefined; is the environment variable set\?/],
  ])('refuses %s', (_what, options, message) => {
    expect(() => azureOpenAI(options)).toThrow(message);
  });
});

describe('openaiCompatible', () => {
  test('is called after its host where no vendor is given, and needs no key', () => {
    expect(openaiCompatible({ baseURL: 'http://gpu-1.internal:8000/v1' })).toMatchObject({
      vendor: 'gpu-1.internal',
      apiKey: undefined,
    });
    expect(() => openaiCompatible({ baseURL: 'gpu-1' })).toThrow(/^openai-compatible: baseURL "gpu-1"/);
  });
});

const functions: Readonly<Record<PresetName, (options?: vendors.VendorOptions) => Upstream>> = vendors;

describe('the table of vendors', () => {
  const names = Object.keys(presets) as PresetName[];

  test('every preset has its function, and every function its preset', () => {
    expect(Object.keys(vendors).toSorted()).toEqual(names.toSorted());
  });

  test.each(names)('%s is at the address of the table, or at one of your own', (name) => {
    const { baseURL, needsKey, models } = presets[name];
    const upstream = functions[name](needsKey ? { apiKey: 'k' } : {});
    expect(`${upstream.origin}${upstream.path('chat', 'm')}`).toBe(`${baseURL}/chat/completions`);
    expect(upstream).toMatchObject({ vendor: name, models });
    expect(new URL(baseURL).protocol).toBe(needsKey ? 'https:' : 'http:');
    const own = functions[name]({
      apiKey: 'k',
      baseURL: 'http://127.0.0.1:9/x',
      takesUsageOption: true,
    });
    expect(() => functions[name]({ apiKey: 'k', models: ['own'] } as object)).toThrow(
      `${name}: there is no option "models"; options are `,
    );
    expect(own.origin).toBe('http://127.0.0.1:9');
  });

  test.each(names.filter((name) => presets[name].needsKey))('%s says when its key is missing', (name) => {
    expect(() => functions[name]()).toThrow(`${name}: apiKey is missing; is the environment variable set?`);
    expect(() => functions[name]({ apiKey: undefined })).toThrow(`${name}: apiKey is missing`);
  });

  test('vendors that take no usage option are not sent one', () => {
    expect(vendors.mistral({ apiKey: 'k' }).takesUsageOption).toBe(false);
    expect(vendors.cerebras({ apiKey: 'k' }).takesUsageOption).toBe(true);
  });
});
