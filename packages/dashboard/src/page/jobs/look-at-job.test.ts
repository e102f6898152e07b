import { expect, test } from 'vitest';
import {
  isFiltered,
  jobFilters,
  kindOf,
  ownLink,
  targetOf,
  timeTaken,
  whoOf,
  whyNoCancel,
} from './look-at-job.ts';

test('a job that cannot be cancelled says why', () => {
  expect(whyNoCancel({ canCancel: true, state: 'running' })).toBeUndefined();
  expect(whyNoCancel({ canCancel: false, state: 'running' })).toBe('vendorCannot');
  expect(whyNoCancel({ canCancel: false, state: 'succeeded' })).toBe('isOver');
  expect(whyNoCancel({ canCancel: false, state: 'unknown' })).toBe('isUnknown');
});

test('a file is shown as what it is', () => {
  expect(kindOf({ type: 'image/png', url: 'x' }, 'video')).toBe('image');
  expect(kindOf({ type: 'video', url: 'x' }, 'images')).toBe('video');
  expect(kindOf({ type: null, url: 'https://h/a.webp?sig=1' }, 'video')).toBe('image');
  expect(kindOf({ type: null, url: 'https://h/content?sig=1' }, 'video')).toBe('video');
  expect(kindOf({ type: 'application/zip', url: 'x' }, 'images')).toBe('other');
});

test("only links of the page's own host are loaded", () => {
  const page = 'https://app.example/gateway/';
  expect(ownLink('/ai/v1/videos/1/content?sig=a', page)).toBe(
    'https://app.example/ai/v1/videos/1/content?sig=a',
  );
  expect(ownLink('https://app.example/x', page)).toBe('https://app.example/x');
  for (const url of [
    'https://vendor.example/x',
    '//vendor.example/x',
    'javascript:alert(1)',
    'data:text/html,x',
    '',
    null,
  ])
    expect(ownLink(url, page)).toBeUndefined();
});

test('who asked and who makes it are told by what is known', () => {
  const nobody = { path: null, tenant: null, principal: null, key: null };
  expect(whoOf(nobody)).toBeUndefined();
  expect(whoOf({ ...nobody, tenant: 'acme', principal: 'ann' })).toBe('acme/ann');
  expect(whoOf({ ...nobody, path: 'acme/film', tenant: 'acme' })).toBe('acme/film');
  expect(whoOf({ ...nobody, key: 'key_1' })).toBe('key_1');
  expect(targetOf({ target: { upstream: 'xai', model: 'imagine' } })).toBe('xai/imagine');
  expect(targetOf({ target: null })).toBeUndefined();
});

test('the list is asked for what the URL filters by, and nothing else', () => {
  expect(jobFilters({ state: 'failed', id: 'video_1', cursor: 'a b' })).toEqual({
    state: 'failed',
    operation: undefined,
    model: undefined,
    cursor: 'a b',
    limit: '25',
  });
  expect([isFiltered({ cursor: 'a' }), isFiltered({ model: '' }), isFiltered({ model: 'x' })]).toEqual([
    false,
    false,
    true,
  ]);
});

test('a job took its time once it is over', () => {
  expect(timeTaken({ createdAt: 1000, completedAt: '1970-01-01T00:00:03Z' })).toBe(2000);
  expect(timeTaken({ createdAt: 1000, completedAt: null })).toBeUndefined();
});
