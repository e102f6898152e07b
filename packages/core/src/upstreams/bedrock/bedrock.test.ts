import { describe, expect, test } from 'vitest';
import { bedrock } from './bedrock.ts';

const region = 'eu-central-1';
const credentials = { accessKeyId: 'AKIA-canary', secretAccessKey: 'secret-canary' };

describe('bedrock', () => {
  test('is in its region, or at an address of your own', () => {
    const upstream = bedrock({ region, apiKey: 'k', models: ['m'] });
    expect(upstream).toMatchObject({
      vendor: 'bedrock',
      dialect: 'bedrock',
      origin: 'https://bedrock-runtime.eu-central-1.amazonaws.com',
      models: ['m'],
      signer: undefined,
    });
    expect(upstream.authorize('k')).toEqual(['authorization', 'Bearer k']);
    expect(bedrock({ region, apiKey: 'k', baseURL: 'https://vpce.test' }).origin).toBe('https://vpce.test');
  });

  test.each([
    ['amazon.nova-micro-v1:0', 'amazon.nova-micro-v1%3A0'],
    [
      'arn:aws:bedrock:eu-central-1:1:inference-profile/x',
      'arn%3Aaws%3Abedrock%3Aeu-central-1%3A1%3Ainference-profile%2Fx',
    ],
    ["../(it's!*)", '..%2F%28it%27s%21%2A%29'],
  ])('the model %s is one segment of the path', (model, segment) => {
    const upstream = bedrock({ region, credentials });
    expect(upstream.path('chat', model)).toBe(`/model/${segment}/converse`);
    expect(upstream.path('chat', model, { stream: true, dialect: 'bedrock' })).toBe(
      `/model/${segment}/converse-stream`,
    );
    expect(upstream.path('count-tokens', model)).toBe(`/model/${segment}/count-tokens`);
    expect(upstream.path('embeddings', model)).toBeUndefined();
  });

  test.each(['.', '..'])('there is no model %s: it would be another path', (model) => {
    expect(bedrock({ region, credentials }).path('chat', model)).toBeUndefined();
  });

  test('credentials take the place of a key', async () => {
    for (const source of [credentials, () => credentials, () => Promise.resolve(credentials)]) {
      const upstream = bedrock({ region, apiKey: undefined, credentials: source });
      expect(upstream.apiKey).toBeUndefined();
      expect(await upstream.signer?.()).toMatchObject({ secrets: ['AKIA-canary', 'secret-canary'] });
    }
  });

  test('one signer is kept for as long as the credentials are the same', async () => {
    let sessionToken = 'one';
    const { signer } = bedrock({ region, credentials: () => ({ ...credentials, sessionToken }) });
    const first = await signer?.();
    expect(await signer?.()).toBe(first);
    sessionToken = 'two';
    expect(await signer?.()).not.toBe(first);
  });

  test.each<[what: string, options: object, message: RegExp]>([
    [
      'neither key nor credentials',
      {},
      /^bedrock: give apiKey, a key of Bedrock, or credentials, \{ accessKeyId/,
    ],
    [
      'credentials that are undefined',
      { credentials: undefined },
      /give apiKey, .* environment variable set\?/,
    ],
    ['a key and credentials', { apiKey: 'k', credentials }, /^bedrock: give apiKey or credentials, not both/],
    ['a key that is undefined', { apiKey: undefined }, /give apiKey, .* environment variable set\?/],
    ['a key that is empty', { apiKey: '' }, /^bedrock: apiKey is empty; is the environment variable set\?/],
    [
      'half of the credentials',
      { credentials: { accessKeyId: 'canary', secretAccessKey: undefined } },
      /^bedrock: credentials.secretAccessKey is undefined; is the environment variable set\?/,
    ],
    [
      'an empty half',
      { credentials: { ...credentials, accessKeyId: '' } },
      /^bedrock: credentials.accessKeyId is empty; is the/,
    ],
    [
      'a session token with a line break',
      { credentials: { ...credentials, sessionToken: 'canary\n' } },
      /credentials.sessionToken has a space, line break .* trim it/,
    ],
    [
      'credentials that are a text',
      { credentials: 'canary' },
      /credentials must be \{ accessKeyId, secretAcc/,
    ],
    [
      'a header that is the signature itself',
      { credentials, headers: { Authorization: 'x' } },
      /headers has "authorization", which carries the signature; give one of the two/,
    ],
    ['a region that is none', { region: 'eu central', credentials }, /region "eu central" is not a region/],
  ])('refuses %s', (_what, mistake, message) => {
    const make = (): unknown => bedrock({ region, ...mistake });
    expect(make).toThrow(message);
    expect(make).not.toThrow(/canary/);
  });
});
