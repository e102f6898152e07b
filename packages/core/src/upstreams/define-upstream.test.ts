import { describe, expect, test } from 'vitest';
import type { Dialect } from '../protocol/call.ts';
import { defineUpstream } from './define-upstream.ts';
import { dialectOf, type Signer } from './upstream.ts';

const base = { vendor: 'acme', baseURL: 'https://api.acme.test/v1' };
const signer: Signer = { secrets: [], sign: () => Promise.resolve({}) };

describe('a dialect that depends on the model', () => {
  const upstream = defineUpstream({
    ...base,
    dialect: (model) => (model.startsWith('c') ? 'openai-responses' : 'openai-chat'),
  });

  test('is asked for by the model, and so is the path', () => {
    expect(dialectOf(upstream, 'codex')).toBe('openai-responses');
    expect(dialectOf(upstream, 'gpt')).toBe('openai-chat');
    expect(upstream.path('chat', 'codex')).toBe('/v1/responses');
    expect(upstream.path('chat', 'gpt')).toBe('/v1/chat/completions');
  });

  test('must be one that there is', () => {
    const wrong = defineUpstream({ ...base, dialect: () => 'klingon' as Dialect });
    expect(() => dialectOf(wrong, 'gpt')).toThrow('acme: dialect is "klingon"; it must be one of');
    expect(() => defineUpstream({ ...base, alsoSpeaks: ['klingon' as Dialect] })).toThrow('"klingon"');
  });
});

describe('the paths of OpenAI', () => {
  test.each([
    ['chat', 'openai-chat', '/v1/chat/completions'],
    ['embeddings', 'openai-chat', '/v1/embeddings'],
    ['count-tokens', 'openai-chat', undefined],
    ['chat', 'openai-responses', '/v1/responses'],
    ['count-tokens', 'openai-responses', '/v1/responses/input_tokens'],
    ['stored-response', 'openai-responses', '/v1/responses'],
    ['embeddings', 'openai-responses', undefined],
  ] as const)('%s in %s', (operation, dialect, path) => {
    expect(defineUpstream(base).path(operation, 'm', { stream: false, dialect })).toBe(path);
  });
});

describe('a signer', () => {
  test('is kept, and the upstream then has no key', () => {
    const upstream = defineUpstream({ ...base, signer: () => signer });
    expect(upstream.signer?.()).toBe(signer);
    expect(upstream.apiKey).toBeUndefined();
  });

  test('is there in place of a key, and of the header that would carry it', () => {
    expect(() => defineUpstream({ ...base, apiKey: 'k', signer: () => signer })).toThrow(
      'acme: give apiKey or signer, not both',
    );
    const headers = { Authorization: 'x' };
    expect(() => defineUpstream({ ...base, headers, signer: () => signer })).toThrow(
      'acme: headers has "authorization", which carries the signature; give one of the two',
    );
  });
});
