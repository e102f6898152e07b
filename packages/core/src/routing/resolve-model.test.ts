import { describe, expect, test } from 'vitest';
import { type RoutedModel, type RoutedTarget, resolveModel, targetsOf } from './resolve-model.ts';

const target = (upstream: string, model: string): RoutedTarget => ({ upstream, model, weight: undefined });
const served = (...members: RoutedTarget[]): RoutedModel => ({
  serves: { members, strategy: 'priority', affinity: undefined, weight: undefined },
  fallbacks: undefined,
});

describe('resolveModel', () => {
  const table = {
    models: new Map([
      ['gpt-4o', served(target('openai', 'gpt-4o'))],
      ['openai/own', served(target('azure', 'own'))],
    ]),
    known: new Map([['gpt-5.2', served(target('azure', 'gpt-5.2'))]]),
    addressable: new Set(['openai']),
    upstreams: new Set(['openai', 'azure']),
  };

  test('a named model has the targets it was given, a slash in its name or not', () => {
    expect(targetsOf(resolveModel(table, 'gpt-4o'))).toEqual([target('openai', 'gpt-4o')]);
    expect(targetsOf(resolveModel(table, 'openai/own'))).toEqual([target('azure', 'own')]);
  });

  test('an addressable upstream takes any model, slashes included', () => {
    expect(targetsOf(resolveModel(table, 'openai/ft:gpt/x'))).toEqual([target('openai', 'ft:gpt/x')]);
  });

  test("the operator's own routes name what callers cannot: any upstream, and what it is known to have", () => {
    expect(targetsOf(resolveModel(table, 'azure/any', true))).toEqual([target('azure', 'any')]);
    expect(targetsOf(resolveModel(table, 'gpt-5.2', true))).toEqual([target('azure', 'gpt-5.2')]);
    expect(() => resolveModel(table, 'gpt-5.2')).toThrow(
      expect.objectContaining({ code: 'VE_MODEL_NOT_FOUND' }),
    );
  });

  test.each(['gpt4o', 'azure/gpt-4o', 'openai/', '/gpt-4o', 'openai', '', '__proto__', 'constructor'])(
    '%j is not there',
    (name) => {
      const resolve = (): unknown => resolveModel(table, name);
      expect(resolve).toThrow(expect.objectContaining({ code: 'VE_MODEL_NOT_FOUND' }));
    },
  );

  test('says what may have been meant', () => {
    expect(() => resolveModel(table, 'gpt4o')).toThrow(
      expect.objectContaining({ details: { model: 'gpt4o', suggestions: ['gpt-4o'] } }),
    );
  });
});
