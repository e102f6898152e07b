import { expect, test } from 'vitest';
import { publicBase } from './public-base.ts';

const reached = { protocol: 'https', host: 'h:8', below: '/v1/videos' };

test.each<[path: string, base: string]>([
  ['/v1/videos', 'https://h:8'],
  ['/v1/videos?a=/v1/videos', 'https://h:8'],
  ['/ai/v1/videos', 'https://h:8/ai'],
  ['/v1/v1/videos', 'https://h:8'],
  ['/app/ai/v1/videos', 'https://h:8/app/ai'],
])('%s is below %s', (path, base) => {
  expect(publicBase({ ...reached, path })).toBe(base);
});

test('a path that was rewritten on its way says nothing of a mount', () => {
  expect(publicBase({ ...reached, path: '/elsewhere' })).toBe('https://h:8');
});
