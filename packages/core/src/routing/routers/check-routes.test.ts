import { describe, expect, test } from 'vitest';
import { byCost, type CostRoutes } from './by-cost.ts';
import { byHour, type HourRoutes } from './by-hour.ts';
import { bySize, type SizeRoute } from './by-size.ts';
import { byTag, byTenant, type ValueRoutes } from './by-tag.ts';
import { byTask, type TaskRoutes } from './by-task.ts';

/** Each as a program without types may call it. */
// oxlint-disable typescript/no-unsafe-type-assertion -- what comes without types may be anything
const makers = {
  byTask: (routes: unknown) => byTask(routes as TaskRoutes),
  byHour: (routes: unknown) => byHour(routes as HourRoutes),
  byTag: (routes: unknown) => byTag('tier', routes as ValueRoutes),
  byTenant: (routes: unknown) => byTenant(routes as ValueRoutes),
  byCost: (routes: unknown) => byCost(routes as CostRoutes),
  bySize: (routes: unknown) => bySize(routes as SizeRoute[]),
};
const named = (name: unknown) => () => byTag(name as string, { default: 'a' });
// oxlint-enable typescript/no-unsafe-type-assertion

describe('a router that cannot work is told when it is made', () => {
  test.each<[maker: keyof typeof makers, given: unknown, said: string]>([
    ['byTask', undefined, 'byTask: it must be an object; write { coding: "a-model", default: "another" }'],
    ['byTask', ['a'], 'byTask: it must be an object'],
    ['byTask', { coding: 'a' }, 'byTask: it names no "default" for all that is left'],
    ['byTask', { coding: 5, default: 'a' }, 'byTask: "coding" is number; it must be the name of a model'],
    ['byTask', { default: '' }, 'byTask: "default" is an empty text'],
    ['byHour', { '01:00-02:00': 'a' }, 'byHour: it names no "default"'],
    ['byHour', null, 'byHour: it must be an object'],
    ['byTag', undefined, 'byTag: it must be an object'],
    ['byTag', { gold: ['a'] }, 'byTag: "gold" is object'],
    ['byTenant', { acme: null }, 'byTenant: "acme" is null'],
    ['byCost', null, 'byCost: "simple" is undefined'],
    ['byCost', { simple: 'a' }, 'byCost: "hard" is undefined; it must be the name of a model'],
    [
      'byCost',
      { simple: 'a', hard: 'b', share: '0.5' },
      'byCost: share is "0.5"; it must be a number from 0 to 1',
    ],
    ['byCost', { simple: 'a', hard: 'b', limit: 1 }, 'byCost: there is no "limit"; there can be simple,'],
    ['bySize', undefined, 'bySize: it names no model'],
    ['bySize', [{ upTo: 5 }], 'bySize: the model at 0 is undefined'],
    ['bySize', [undefined], 'bySize: it names no model'],
  ])('%s(%j)', (maker, given, said) => {
    expect(() => makers[maker](given)).toThrow(said);
  });

  test.each([undefined, '', 'a tag', 5])('a tag that is called %j', (name) => {
    expect(named(name)).toThrow('byTag: the first argument must be the name of a tag');
  });
});
