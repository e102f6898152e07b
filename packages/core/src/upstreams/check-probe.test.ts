import { describe, expect, test } from 'vitest';
import { anthropic } from './anthropic/anthropic.ts';
import { azureOpenAI } from './azure-openai/azure-openai.ts';
import { bedrock } from './bedrock/bedrock.ts';
import { gemini } from './gemini/gemini.ts';
import { openai } from './openai/openai.ts';
import { openaiCompatible } from './openai-compatible/openai-compatible.ts';
import { groq } from './openai-compatible/vendors.ts';
import { vertex } from './vertex/vertex.ts';

const probe = { every: 5000 };
const apiKey = 'k';
const region = 'eu-central-1';

describe('probe', () => {
  test.each([
    ['openai', openai({ apiKey, probe }), '/v1/models'],
    ['openaiCompatible', openaiCompatible({ baseURL: 'http://127.0.0.1:1/own/v2', probe }), '/own/v2/models'],
    ['groq', groq({ apiKey, probe }), '/openai/v1/models'],
    ['azureOpenAI', azureOpenAI({ resource: 'acme', apiKey, probe }), '/openai/v1/models'],
    ['anthropic', anthropic({ apiKey, probe }), '/v1/models?limit=1'],
    ['gemini', gemini({ apiKey, probe }), '/v1beta/models?pageSize=1'],
    [
      'a path of your own',
      bedrock({ region, apiKey, probe: { ...probe, path: '/health?deep=1' } }),
      '/health?deep=1',
    ],
    [
      'a path in place of the usual',
      gemini({ apiKey, probe: { ...probe, path: '/health' } }),
      '/v1beta/health',
    ],
  ])('%s is asked for its list of models', (_what, upstream, path) => {
    expect(upstream.probe).toEqual({ every: 5000, path });
  });

  test('without it nothing is asked', () => {
    expect(openai({ apiKey }).probe).toBeUndefined();
    expect(gemini({ apiKey }).probe).toBeUndefined();
  });

  test.each<[what: string, make: () => unknown, message: RegExp]>([
    [
      'Bedrock without a path',
      () => bedrock({ region, apiKey, probe }),
      /^bedrock: probe needs a path: no list/,
    ],
    [
      'Vertex without a path',
      () => vertex({ project: 'acme', token: () => 't', probe }),
      /^vertex: probe needs a path/,
    ],
    [
      'seconds',
      () => openai({ apiKey, probe: { every: 30 } }),
      /^openai: probe\.every is 30; it must be a number of milliseconds, 1000 or more/,
    ],
    ['no pace', () => openai({ apiKey, probe: {} as never }), /probe\.every is undefined; it must be/],
    [
      'never',
      () => openai({ apiKey, probe: { every: Number.POSITIVE_INFINITY } }),
      /probe\.every is Infinity/,
    ],
    ['yes', () => openai({ apiKey, probe: true as never }), /^openai: probe: options must be an object/],
    ['yes, of gemini', () => gemini({ apiKey, probe: true as never }), /^gemini: probe: options must be/],
    [
      'a method',
      () => openai({ apiKey, probe: { ...probe, method: 'POST' } as never }),
      /probe: there is no option "method"/,
    ],
    [
      'another server',
      () => openai({ apiKey, probe: { ...probe, path: 'http://evil/' } }),
      /probe\.path must be an address below the base URL that begins with "\/"/,
    ],
    ['a way out', () => openai({ apiKey, probe: { ...probe, path: '/../admin' } }), /probe\.path must be/],
    ['two lines', () => openai({ apiKey, probe: { ...probe, path: '/a\r\nx: y' } }), /probe\.path must be/],
  ])('refuses %s', (_what, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'VE_OPTIONS_INVALID' }));
  });
});
