import { describe, expect, test } from 'vitest';
import { pathBelowMount } from './mount-path.ts';
import { dialectAt, isPlainPath, matchRoute, routes } from './route-table.ts';

describe('pathBelowMount', () => {
  test.each<[mount: string, path: string, below: string | undefined]>([
    ['', '/v1/models?limit=1', '/v1/models'],
    ['/', '/v1/models', '/v1/models'],
    ['/ai', '/ai/v1/models', '/v1/models'],
    ['/ai/', '/ai/v1/models?x', '/v1/models'],
    ['/ai', '/ai', ''],
    ['/ai', '/ai?x=/v1/models', ''],
    ['/ai', '/aid/v1/models', undefined],
    ['/ai', '/AI/v1/models', undefined],
    ['/ai', '/v1/models', undefined],
    ['/v1', '/v1/models', '/v1/models'],
    ['/api/v1/', '/api/v1/chat/completions', '/v1/chat/completions'],
    ['/v1', '/v1/v1/models', '/v1/v1/models'],
    ['/xv1', '/xv1/v1/models', '/v1/models'],
  ])('mounted at %j, %j is %j', (mount, path, below) => {
    expect(pathBelowMount(mount, path)).toBe(below);
  });
});

describe('matchRoute', () => {
  test('finds every route of the table by its own path', () => {
    for (const route of routes) {
      const match = matchRoute(route.path.replace('{id}', 'gpt'));
      expect(match?.routes).toContain(route);
      expect(match?.dialect).toBe(route.dialect);
      expect(match?.id).toBe(route.path.includes('{id}') ? 'gpt' : undefined);
    }
  });

  test('what stands behind the last colon is not the name of a model', () => {
    expect(matchRoute('/v1beta/models/a:b:streamGenerateContent')).toMatchObject({
      id: 'a:b',
      routes: [{ path: '/v1beta/models/{id}:streamGenerateContent' }],
    });
  });

  test.each([
    ['/v1beta/models/..:generateContent', 'gemini'],
    ['/v1/messages/%00', 'anthropic-messages'],
    ['/v1/responses/../x', 'openai-responses'],
    ['/v1/models/..', 'openai-chat'],
    ['/elsewhere', 'openai-chat'],
  ])('%s is refused in the words of %s', (path, dialect) => {
    expect(dialectAt(path)).toBe(dialect);
  });

  test('the id of a model may have slashes, and stays encoded', () => {
    expect(matchRoute('/v1/models/openai/gpt%2D5')).toMatchObject({ id: 'openai/gpt%2D5' });
  });

  test.each([
    '/v1/models/',
    '/v1',
    '/v1/',
    '/v1/chat',
    '/v1/chat/completions/',
    '/V1/models',
    '',
    '/v1beta/models/',
  ])('%j is none of ours', (path) => {
    expect(matchRoute(path)).toBeUndefined();
  });
});

describe('isPlainPath', () => {
  test.each([
    '/v1/models',
    '/v1/models/openai/gpt-5.2',
    '/v1/models/a..b',
    '/v1/models/.hidden',
    '/v1/...',
    '/',
    '',
  ])('%j is plain', (path) => {
    expect(isPlainPath(path)).toBe(true);
  });

  test.each([
    '/v1/../admin',
    '/v1/..',
    '/v1/./models',
    '/..',
    '..',
    '/v1//models',
    '//v1',
    '/v1\\models',
    '/v1/%00',
    '/v1/%2e%2e/x',
    '/v1/%2E%2E',
    '/v1/.%2e/x',
    '/v1/..%2fx',
    '/v1%2f..%2fx',
    '/v1/%5c',
    '/v1%5Cmodels',
  ])('%j is not', (path) => {
    expect(isPlainPath(path)).toBe(false);
  });
});
