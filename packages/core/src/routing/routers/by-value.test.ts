import { beforeAll, describe, expect, test } from 'vitest';
import { requestOf, wish } from '../../../test/route-requests.ts';
import { loadCodecs } from '../../dialects/load-codecs.ts';
import { bySize } from './by-size.ts';
import { byTag, byTenant } from './by-tag.ts';

beforeAll(loadCodecs);

describe('bySize', () => {
  const route = bySize([{ upTo: 100, model: 'small' }, { upTo: 2000, model: 'middle' }, { model: 'large' }]);

  test('the first that takes the question, in tokens', () => {
    expect(route(wish('Hello'))).toBe('small');
    expect(route(wish('x'.repeat(2000)))).toBe('middle');
    expect(route(wish('x'.repeat(40_000)))).toBe('large');
  });

  test('a picture is not as long as its bytes', () => {
    const url = `data:image/png;base64,${'A'.repeat(400_000)}`;
    const content = [{ type: 'image_url', image_url: { url } }];
    expect(route(requestOf({ model: 'auto', messages: [{ role: 'user', content }] }))).toBe('middle');
  });

  test('the last where none takes it', () => {
    expect(
      bySize([
        { upTo: 5, model: 'a' },
        { upTo: 6, model: 'b' },
      ])(wish('x'.repeat(999))),
    ).toBe('b');
  });

  test.each([
    [[], 'bySize: it names no model; give it at least one'],
    [
      [
        { upTo: 5, model: 'a' },
        { upTo: 5, model: 'b' },
      ],
      'must be numbers of tokens that rise',
    ],
    [[{ model: 'a' }, { upTo: 5, model: 'b' }], 'must be numbers of tokens that rise'],
    [[{ upTo: 0, model: 'a' }], 'must be numbers of tokens that rise'],
    [[{ upTo: Number.NaN, model: 'a' }], 'must be numbers of tokens that rise'],
  ])('%j is a mistake', (routes, message) => {
    expect(() => bySize(routes)).toThrow(message);
  });

  test('tells where it may send', () => {
    expect(route.destinations).toEqual(['small', 'middle', 'large']);
  });
});

const tagged = (tier: string) => wish('Hello', {}, { headers: { 'x-vector-tier': tier } });
const ofTenant = (tenant: string) => wish('Hello', {}, { principal: { tenant, id: 'x' } });

describe('byTag', () => {
  const route = byTag('tier', { gold: 'strong', silver: 'middle', default: 'cheap' });

  test('goes by a header or by metadata, the header first', () => {
    expect(route(tagged('gold'))).toBe('strong');
    expect(route(wish('Hello', { metadata: { tier: 'silver' } }))).toBe('middle');
    const both = wish('Hello', { metadata: { tier: 'silver' } }, { headers: { 'x-vector-tier': 'gold' } });
    expect(route(both)).toBe('strong');
  });

  test('a tag is found in the headers however the operator writes it', () => {
    const ofCase = byTag('customerTier', { gold: 'strong', default: 'cheap' });
    expect(ofCase(wish('Hello', {}, { headers: { 'x-vector-customertier': 'gold' } }))).toBe('strong');
    expect(ofCase(wish('Hello', { metadata: { customerTier: 'gold' } }))).toBe('strong');
  });

  test('any other value, or none, is the default', () => {
    for (const tier of ['bronze', 'default', 'toString', '__proto__', ''])
      expect(route(tagged(tier))).toBe('cheap');
    expect(route(wish('Hello'))).toBe('cheap');
    expect(route(wish('Hello', { metadata: { tier: 'constructor' } }))).toBe('cheap');
  });

  test('without a default, any other value is nothing', () => {
    expect(byTag('tier', { gold: 'strong' })(wish('Hello'))).toBeUndefined();
  });

  test('tells where it may send', () => {
    expect(route.destinations).toEqual(['strong', 'middle', 'cheap']);
  });
});

describe('byTenant', () => {
  const route = byTenant({ acme: 'theirs', default: 'ours' });

  test('goes by the tenant that the host names, not by what callers write', () => {
    expect(route(ofTenant('acme'))).toBe('theirs');
    expect(route(ofTenant('hasOwnProperty'))).toBe('ours');
    expect(route(wish('Hello', {}, { headers: { 'x-vector-tenant': 'acme' } }))).toBe('ours');
  });
});
