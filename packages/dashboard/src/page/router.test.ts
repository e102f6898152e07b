import { expect, test } from 'vitest';
import { filtersOf, momentsOf, paramsOf, spanOf, spanQuery, spans } from './filters.ts';
import { href, parsePlace } from './router.ts';

test.each([
  ['', 'overview'],
  ['#', 'overview'],
  ['#/calls', 'calls'],
  ['#/calls?model=x', 'calls'],
  ['#/nonsense?x=1', 'overview'],
  ['#/__proto__', 'overview'],
])('%j is the place %s', (hash, page) => {
  expect(parsePlace(hash).page).toBe(page);
});

test.each(['gpt-5.2', 'a&b=c', 'with ? and #', '模型', '<script>alert(1)</script>', '100%'])(
  'the filter %j is found again in the address',
  (model) => {
    const place = parsePlace(href('calls', { model, tenant: undefined, key: '' }));
    expect(place).toEqual({ page: 'calls', query: { model } });
  },
);

test('only what tells calls apart is a filter', () => {
  const query = { model: 'a', tenant: '', tag: 'b', span: 'week', id: 'req_1', nonsense: 'x' };
  expect(filtersOf(query, 'calls')).toEqual({ model: 'a', tag: 'b' });
  expect(filtersOf(query, 'overview')).toEqual({ model: 'a' });
});

test('a span is counted back from now, or says its moments', () => {
  const now = Date.UTC(2025, 10, 13, 2, 13, 20);
  expect(momentsOf(spanOf({ span: 'day' }), now)).toEqual({ from: now - spans.day, to: undefined });
  expect(momentsOf(spanOf({ span: 'week' }), now)).toEqual({ from: Date.UTC(2025, 10, 7), to: undefined });
  expect(momentsOf(spanOf({ span: 'month' }), Date.UTC(2025, 10, 13)).from).toBe(Date.UTC(2025, 9, 14));
  expect(momentsOf(spanOf({ from: '1762000000000', to: '2025-11-10T00:00:00Z' }), now)).toMatchObject({
    from: 1_762_000_000_000,
    to: Date.UTC(2025, 10, 10),
  });
  expect(spanOf({ span: 'century' })).toBeUndefined();
  expect(spanOf({ from: 'nonsense' })).toBeUndefined();
  expect(momentsOf(undefined, now)).toEqual({ from: undefined, to: undefined });
});

test('a chosen span takes the one before away', () => {
  expect(spanQuery({ name: 'day' })).toEqual({ span: 'day', from: undefined, to: undefined });
  const custom = { name: 'custom', from: 1, to: undefined } as const;
  expect(spanQuery(custom)).toEqual({ span: undefined, from: '1', to: undefined });
});

test('what is asked has the filters, and the moments that are said', () => {
  expect(paramsOf({ model: 'a' }, { from: 5, to: undefined })).toEqual({ model: 'a', from: 5 });
});
