import { expect, test } from 'vitest';
import type { ChatDialect } from '../../protocol/content.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { readBuiltIn } from './built-in-tools.ts';

const read = (dialect: ChatDialect, wire: JsonObject): ReturnType<typeof readBuiltIn> =>
  readBuiltIn({ type: 'built-in', extra: { [dialect]: wire } });

const place = { city: 'Rome', country: 'IT' };
const location = { type: 'approximate', ...place };
const domains = ['example.com'];

test('the search of the web is known in every dialect, with what may be said of it', () => {
  const expected = { kind: 'web-search', allowedDomains: domains, location };
  const type = 'web_search_20250305';
  expect(
    read('anthropic-messages', {
      type,
      name: 'web_search',
      allowed_domains: domains,
      user_location: location,
    }),
  ).toEqual({ ...expected, others: [] });
  expect(
    read('openai-responses', {
      type: 'web_search',
      filters: { allowed_domains: domains, later: 1 },
      user_location: location,
      search_context_size: 'high',
    }),
  ).toEqual({ ...expected, others: ['filters.later', 'search_context_size'] });
  const approximate = { type: 'approximate', approximate: place };
  expect(read('openai-chat', { web_search_options: { user_location: approximate } })).toEqual({
    kind: 'web-search',
    location,
    others: [],
  });
  expect(read('gemini', { googleSearch: { excludeDomains: domains } })).toEqual({
    kind: 'web-search',
    blockedDomains: domains,
    others: [],
  });
});

test('so are the reading of pages and the running of code', () => {
  expect(read('anthropic-messages', { type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 3 })).toEqual({
    kind: 'web-fetch',
    maxUses: 3,
    others: [],
  });
  expect(read('gemini', { urlContext: {} })?.kind).toBe('web-fetch');
  expect(read('gemini', { codeExecution: {} })?.kind).toBe('code');
  const auto = { type: 'auto' };
  expect(read('openai-responses', { type: 'code_interpreter', container: auto })?.others).toEqual([]);
  expect(read('openai-responses', { type: 'code_interpreter', container: 'c_1' })?.others).toEqual([
    'container',
  ]);
});

test('other tools are their own provider’s', () => {
  expect(read('openai-responses', { type: 'file_search' })).toBeUndefined();
  expect(read('gemini', { googleMaps: {} })).toBeUndefined();
});
