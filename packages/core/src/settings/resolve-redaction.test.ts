import { describe, expect, test } from 'vitest';
import { createGateway } from '../create-gateway.ts';
import { kinds } from '../protocol/finding.ts';
import { openai } from '../upstreams/openai/openai.ts';
import { resolveRedaction } from './resolve-redaction.ts';

const gateway = { upstreams: ['openai', 'azureEu'], names: ['writer', 'fast'], isOpen: false };

function resolve(rule: unknown): ReturnType<typeof resolveRedaction> {
  return resolveRedaction({ rules: [rule] }, gateway);
}

describe('the option redaction', () => {
  test('is nothing where it is left out', () => {
    expect(resolveRedaction(undefined, gateway)).toBe(undefined);
  });

  test('becomes rules that hold for all that they do not name', () => {
    expect(resolve({ kinds: 'all', mode: 'mask' })).toEqual({
      timeout: 10_000,
      rules: [
        {
          place: 'redaction.rules[0]',
          mode: 'mask',
          kinds,
          names: [],
          patterns: [],
          detect: undefined,
          models: undefined,
          upstreams: undefined,
          exceptRegions: [],
          tenants: undefined,
        },
      ],
    });
  });

  test('names models, targets, upstreams, regions and tenants', () => {
    const rule = {
      patterns: { employee: 'EMP-\\d+' },
      mode: 'block',
      models: ['writer', 'openai/gpt-9'],
      upstreams: ['openai'],
      exceptRegions: ['eu'],
      tenants: ['acme'],
    };
    expect(resolve(rule)?.rules[0]).toMatchObject({
      patterns: [['employee', 'EMP-\\d+']],
      models: new Set(['writer', 'openai/gpt-9']),
      upstreams: new Set(['openai']),
      exceptRegions: ['eu'],
      tenants: new Set(['acme']),
    });
  });

  test.each<[mistake: unknown, told: RegExp]>([
    [1, /rules\[0\]: it must be an object of kinds/],
    [{ mode: 'mask' }, /looks for nothing; give it kinds/],
    [{ kinds: 'all' }, /mode: it must be one of mask, reversible, block/],
    [{ kinds: ['emial'], mode: 'mask' }, /there is no kind "emial".*Did you mean "email"/],
    [{ kinds: [], mode: 'mask' }, /kinds: it must be an array of texts, with at least one/],
    [{ kinds: 'all', mode: 'mask', upstream: 'openai' }, /there is no "upstream".*Did you mean "upstreams"/],
    [{ kinds: 'all', mode: 'mask', upstreams: ['opnai'] }, /no upstream "opnai".*Did you mean "openai"/],
    [{ kinds: 'all', mode: 'mask', models: ['wrter'] }, /no model "wrter" is served.*Did you mean "writer"/],
    [{ names: [' - '], mode: 'mask' }, /names: " - " has no letter in it/],
    [{ patterns: { Employee: 'x' }, mode: 'mask' }, /kind must be a word of lower-case letters/],
    [{ patterns: { employee: /x/ }, mode: 'mask' }, /must be a regular expression as a text/],
    [{ patterns: ['x'], mode: 'mask' }, /must be an object of patterns by kind/],
    [{ detect: 'email', mode: 'mask' }, /detect: it must be a function/],
  ])('%j is a mistake', (rule, told) => {
    expect(() => resolve(rule)).toThrow(told);
  });

  test.each<[mistake: unknown, told: RegExp]>([
    [[], /redaction: it must be an object of rules, timeout/],
    [{ rules: [] }, /rules: it must be an array of rules/],
    [{ rules: [{ kinds: 'all', mode: 'mask' }], timeout: 0 }, /timeout: it must be a number of milliseconds/],
  ])('%j is a mistake as a whole', (given, told) => {
    expect(() => resolveRedaction(given, gateway)).toThrow(told);
  });

  test('tenants of a gateway that tells nobody apart are a mistake', () => {
    const given = { rules: [{ kinds: 'all', mode: 'mask', tenants: ['acme'] }] };
    expect(() => resolveRedaction(given, { ...gateway, isOpen: true })).toThrow(/nobody is told apart/);
  });

  test.each([
    ['(', /patterns\["employee"\]: .*missing closing \)/],
    ['(a)\\1', /without look-around and back-references/],
    ['(?=a)', /without look-around and back-references/],
    ['a*', /matches nothing at all, too/],
  ])('a pattern %j is told at construction', (pattern, told) => {
    const make = (): unknown =>
      createGateway({
        open: true,
        upstreams: { openai: openai({ apiKey: 'sk-test' }) },
        redaction: { rules: [{ patterns: { employee: pattern }, mode: 'mask' }] },
      });
    expect(make).toThrow(told);
  });
});
