import { describe, expect, test } from 'vitest';
import { dialectOf } from '../upstream.ts';
import { type VertexOptions, vertex } from './vertex.ts';

const options: VertexOptions = { project: 'acme', location: 'europe-west4', token: 't' };
const publishers = '/v1/projects/acme/locations/europe-west4/publishers';
const streamed = { stream: true, dialect: 'gemini' } as const;

describe('vertex', () => {
  test.each([
    [undefined, 'aiplatform.googleapis.com'],
    ['global', 'aiplatform.googleapis.com'],
    ['us', 'aiplatform.us.rep.googleapis.com'],
    ['eu', 'aiplatform.eu.rep.googleapis.com'],
    ['us-east5', 'us-east5-aiplatform.googleapis.com'],
  ])('the location %s is at %s', (location, host) => {
    const upstream = vertex({ project: 'acme', token: 't', ...(location && { location }) });
    expect(upstream.origin).toBe(`https://${host}`);
    expect(upstream.path('chat', 'gemini-3.0-pro')).toContain(`/locations/${location ?? 'global'}/`);
  });

  test("has Google's models and Anthropic's, each at its publisher and in its own dialect", () => {
    const upstream = vertex(options);
    expect(dialectOf(upstream, 'gemini-3.0-pro')).toBe('gemini');
    expect(upstream.path('chat', 'gemini-3.0-pro')).toBe(
      `${publishers}/google/models/gemini-3.0-pro:generateContent`,
    );
    expect(upstream.path('chat', 'gemini-3.0-pro', streamed)).toBe(
      `${publishers}/google/models/gemini-3.0-pro:streamGenerateContent?alt=sse`,
    );
    expect(upstream.path('count-tokens', 'gemini-3.0-pro')).toBe(
      `${publishers}/google/models/gemini-3.0-pro:countTokens`,
    );
    for (const model of ['claude-opus-4-6', 'claude-sonnet-4-5@20250929']) {
      expect(dialectOf(upstream, model)).toBe('anthropic-messages');
      const address = `${publishers}/anthropic/models/${model}`;
      expect(upstream.path('chat', model)).toBe(`${address}:rawPredict`);
      expect(upstream.path('chat', model, streamed)).toBe(`${address}:streamRawPredict`);
      expect(upstream.path('count-tokens', model)).toBe(
        `${publishers}/anthropic/models/count-tokens:rawPredict`,
      );
    }
  });

  test('a name cannot leave its place, and completions are not offered', () => {
    const upstream = vertex(options);
    expect(upstream.path('chat', 'claude-x/../../google?y')).toBe(
      `${publishers}/anthropic/models/claude-x%2F..%2F..%2Fgoogle%3Fy:rawPredict`,
    );
    expect(upstream.path('chat', '..')).toBeUndefined();
    for (const model of ['claude-opus-4-6', 'gemini-3.0-pro'])
      expect(upstream.path('completions', model)).toBeUndefined();
    expect(upstream.path('embeddings', 'claude-opus-4-6')).toBeUndefined();
  });

  test.each<[what: string, options: object, message: RegExp]>([
    ['no token', { token: undefined }, /^vertex: token is undefined; is the environment variable set\?/],
    ['no project', { project: undefined }, /^vertex: project undefined is not the name of one/],
    ['a path as location', { location: 'eu/../..' }, /^vertex: location "eu\/..\/.." is not the name of one/],
    ['a key', { apiKey: 'k' }, /^vertex: there is no option "apiKey"/],
  ])('refuses %s', (_what, mistake, message) => {
    expect(() => vertex({ ...options, ...mistake })).toThrow(message);
  });
});
