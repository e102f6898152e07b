import { describe, expect, test } from 'vitest';
import { GatewayError } from '../errors.ts';
import { type RoutingTable, targetsOf } from '../routing/resolve-model.ts';
import { byTask } from '../routing/routers/by-task.ts';
import { azureOpenAI } from '../upstreams/azure-openai/azure-openai.ts';
import { openai } from '../upstreams/openai/openai.ts';
import { openaiCompatible } from '../upstreams/openai-compatible/openai-compatible.ts';
import { resolveSettings } from './resolve-settings.ts';

const upstreams = {
  openai: openai({ apiKey: 'canary' }),
  azureEu: azureOpenAI({ resource: 'acme-eu', apiKey: 'canary', deployments: ['gpt-52'], weight: 3 }),
};
const good = { open: true, upstreams };

/** The targets of a model, in the order written. */
const targetsAt = (models: RoutingTable['models'], name: string) =>
  targetsOf(models.get(name) ?? { serves: () => undefined });

type Options = Parameters<typeof resolveSettings>[0];

/** The mistakes are ones that TypeScript would tell; JavaScript would not. */
const resolve = (options: unknown) => resolveSettings(options as Options);

function mistakeIn(options: unknown): string {
  try {
    resolve(options);
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'VE_OPTIONS_INVALID') return error.message;
    throw error;
  }
  throw new Error('nothing is wrong');
}

describe('a mistake in the options is told at construction, with its cure', () => {
  test.each<[what: string, options: unknown, message: RegExp]>([
    ['no options', undefined, /^the options: must be an object/],
    ['null', null, /^the options: must be an object/],
    [
      'no upstreams',
      { open: true },
      /^upstreams: must be an object of upstreams by name \(given: undefined\)/,
    ],
    [
      'upstreams in a list',
      { open: true, upstreams: [openai({ apiKey: 'k' })] },
      /^upstreams: must be an object/,
    ],
    ['empty upstreams', { open: true, upstreams: {} }, /^upstreams: is empty; name at least one upstream/],
    [
      'options in place of an upstream',
      { open: true, upstreams: { openai: { apiKey: 'canary' } } },
      /^upstreams\.openai: must be an upstream: the result of openai\(\{…\}\), openaiCompatible/,
    ],
    ['nobody who may call', { upstreams }, /nothing says who may call: give identify, .* or say open: true/],
    [
      'half a price',
      { ...good, prices: { 'gpt-5.2': { input: 1 } } },
      /^prices\.gpt-5\.2\.output: must be a number of dollars per million tokens/,
    ],
    [
      'a price of what is cached only',
      { ...good, prices: { 'gpt-5.2': { input: 1, cachedInput: 0.1 } } },
      /^prices\.gpt-5\.2\.output: must be a number of dollars per million tokens; 0 where nothing is written/,
    ],
    ['no price', { ...good, prices: { 'gpt-5.2': {} } }, /^prices\.gpt-5\.2: is empty; .* say \{ input: 0/],
    [
      'a price below nothing',
      { ...good, prices: { 'gpt-5.2': { input: -1, output: 1 } } },
      /^prices\.gpt-5\.2\.input: must be a number of dollars per million tokens, not negative/,
    ],
    [
      'a price of a picture in words',
      { ...good, prices: { 'gpt-image-2': { image: { hd: 'much' } } } },
      /^prices\.gpt-image-2\.image: must be a number of dollars, or an object of them by quality and size/,
    ],
    [
      'a kind of price that there is not',
      { ...good, prices: { 'sora-2': { minute: 1 } } },
      /^there is no option "prices\.sora-2\.minute"/,
    ],
    [
      'a modality that there is not',
      { ...good, modalities: { 'gpt-5.2': 'film' } },
      /^modalities\.gpt-5\.2: must be one of chat, completion, .*, video, realtime \(given: "film"\)/,
    ],
    [
      'a modality of a model that is not served',
      { ...good, models: { chat: 'openai/gpt-5.2' }, modalities: { 'gpt-5.3': 'chat' } },
      /^modalities\["gpt-5\.3"\]: no route leads to a model of that name/,
    ],
    [
      'identify and open',
      { ...good, identify: () => ({}) },
      /identify and open: true contradict each other; remove one/,
    ],
    [
      'identify that is no function',
      { upstreams, identify: 'x' },
      /^identify: must be a function from the request/,
    ],
    [
      'open: false',
      { upstreams, open: false },
      /^open: can only be true; leave it out otherwise \(given: false\)/,
    ],
    [
      'a client in place of what shares',
      { ...good, shared: { get: () => {}, set: () => {} } },
      /^shared: must have the methods tell and listen: the result of redisState/,
    ],
    ['open: "true"', { upstreams, open: 'true' }, /^open: can only be true/],
    [
      'an unknown option',
      { ...good, timeout: {} },
      /there is no option "timeout"\. Did you mean "timeouts"\?/,
    ],
    [
      'one that is near nothing',
      { ...good, plugins: {} },
      /there is no option "plugins"\. .*upstreams, models/,
    ],
    [
      'an unknown deadline',
      { ...good, timeouts: { conect: 5 } },
      /"timeouts\.conect"\. Did you mean "connect"\?/,
    ],
    ['an unknown retry option', { ...good, retry: { round: 1 } }, /"retry\.round"\. Did you mean "rounds"\?/],
    [
      'an unknown breaker option',
      { ...good, breaker: { resetAfterMs: 1 } },
      /"breaker\.resetAfterMs"\. .*"resetAfter"/,
    ],
    [
      'a deadline of 0',
      { ...good, timeouts: { idle: 0 } },
      /^timeouts\.idle: must be .* above 0 \(given: 0\)/,
    ],
    [
      'a deadline in words',
      { ...good, timeouts: { idle: '5s' } },
      /^timeouts\.idle: must be a number of milli.*"5s"/,
    ],
    [
      'an endless deadline',
      { ...good, timeouts: { total: Number.POSITIVE_INFINITY } },
      /^timeouts\.total: must be/,
    ],
    ['rounds below 0', { ...good, retry: { rounds: -1 } }, /^retry\.rounds: must not be negative/],
    ['half a round', { ...good, retry: { rounds: 0.5 } }, /^retry\.rounds: must be a whole number/],
    [
      'a rate in percent',
      { ...good, breaker: { failureRate: 50 } },
      /^breaker\.failureRate: must be at most 1/,
    ],
    [
      'no failures at all',
      { ...good, breaker: { consecutiveFailures: 0 } },
      /consecutiveFailures: must be above 0/,
    ],
    [
      'a body limit in words',
      { ...good, bodyLimit: '1mb' },
      /^bodyLimit: must be a number of bytes \(given: "1mb"\)/,
    ],
    [
      'a logger without methods',
      { ...good, logger: { info() {} } },
      /^logger: must have the methods debug, .* pino/,
    ],
    [
      'layers that are one',
      { ...good, layers: (next: unknown) => next },
      /^layers: must be an array of layers/,
    ],
    ['a layer that is none', { ...good, layers: [{}] }, /^layers\.0: must be a function that takes a send/],
    ['addressable: 1', { ...good, addressable: 1 }, /^addressable: must be true or false/],
    ['a clock that is none', { ...good, clock: Date.now }, /^clock: must be a Clock/],
    ['models in a list', { ...good, models: ['gpt'] }, /^models: must be an object of targets by model name/],
  ])('%s', (_what, options, message) => {
    expect(mistakeIn(options)).toMatch(message);
    expect(mistakeIn(options)).not.toContain('canary');
  });

  test.each(['v1', 'v1beta', 'admin', 'openapi.json'])('an upstream cannot be called %s', (name) => {
    expect(mistakeIn({ open: true, upstreams: { [name]: upstreams.openai } })).toBe(
      `upstreams["${name}"]: the name collides with the route /${name}; choose another`,
    );
  });

  test.each(['open ai', 'a/b', '..', '.', '', 'ü'])('%j is no name for an upstream', (name) => {
    expect(mistakeIn({ open: true, upstreams: { [name]: upstreams.openai } })).toMatch(
      /a name has letters, digits/,
    );
  });

  test.each<[what: string, route: unknown, message: string | RegExp]>([
    [
      'an upstream with a slip in its name',
      'opnai',
      'models["gpt-4o"] names upstream "opnai"; configured: openai, azureEu. Did you mean "openai"?',
    ],
    [
      'an upstream that is not there',
      ['openai', 'claude/x'],
      /names upstream "claude"; configured: openai, azureEu\.$/,
    ],
    ['an inherited property', 'constructor', /names upstream "constructor"; configured/],
    [
      'a target that ends early',
      'openai/',
      /names "openai\/", which ends before the model; write "openai" or/,
    ],
    ['no targets', [], /models\["gpt-4o"\] has no targets; name at least one upstream/],
    ['no targets in an object', { targets: [] }, /has no targets/],
    [
      'an option that a route has not',
      { targets: ['openai'], stategy: 'fastest' },
      /there is no "stategy" beside targets; .* Did you mean "strategy"\?/,
    ],
    [
      'a strategy that there is not',
      { targets: ['openai'], strategy: 'fasted' },
      /strategy: it must be priority, .* Did you mean "fastest"\?/,
    ],
    [
      'an affinity that there is not',
      { targets: ['openai'], affinity: 'user' },
      /affinity: it must be "prefix"/,
    ],
    [
      'a weight on the outermost group',
      { targets: ['openai'], weight: 2 },
      /there is no "weight" beside targets/,
    ],
    ['a group without targets', [{ targets: [] }], /has no targets/],
    [
      'a fallback that is not served',
      { targets: ['openai'], fallback: 'gpt-9' },
      /goes on to "gpt-9", which is/,
    ],
    ['a fallback to itself', { targets: ['openai'], fallback: ['gpt-4o'] }, /goes on to itself/],
    [
      'a fallback for a reason that there is not',
      { targets: ['openai'], fallback: { filter: 'openai/x' } },
      /there is no "filter"; a call goes on for contextLength, contentFilter, outage/,
    ],
    [
      'a fallback in numbers',
      { targets: ['openai'], fallback: 7 },
      /fallback: it must be the name of a model/,
    ],
    [
      'a router to a model that is not there',
      byTask({ default: 'gpt-9' }),
      /goes on to "gpt-9", which is neither/,
    ],
    ['a number', 7, /a target is "upstream", "upstream\/model", \{ upstream, model, weight \}, or a group/],
    ['undefined', undefined, /a target is "upstream"/],
    ['a target without upstream', [{ model: 'x' }], /a target is "upstream"/],
    [
      'a typo in a target',
      [{ upstream: 'openai', wieght: 2 }],
      /a target has .* weight; there is no "wieght"/,
    ],
    ['a target with an unknown upstream', [{ upstream: 'azureeu' }], /Did you mean "azureEu"\?/],
    ['an empty model', [{ upstream: 'openai', model: '' }], /the target's model must be a name/],
    [
      'a weight of 0',
      [{ upstream: 'openai', weight: 0 }],
      /the target's weight is 0; it must be a number above 0/,
    ],
    [
      'a weight in words',
      [{ upstream: 'openai', weight: '2' }],
      /weight is "2"; it must be a number above 0/,
    ],
    ['a weight that is no number', [{ upstream: 'openai', weight: Number.NaN }], /weight is NaN; it must be/],
    [
      'an endless weight',
      [{ upstream: 'openai', weight: Number.POSITIVE_INFINITY }],
      /weight is Infinity; it must/,
    ],
  ])('a route with %s', (_what, route, message) => {
    expect(mistakeIn({ ...good, models: { 'gpt-4o': route } })).toMatch(message);
  });
});

describe('the settings', () => {
  test('hold every default', () => {
    expect(resolve(good)).toMatchObject({
      timeouts: {
        queue: 900_000,
        connect: 10_000,
        firstByte: 300_000,
        idle: 120_000,
        total: 900_000,
        body: 30_000,
        write: 60_000,
      },
      retry: { rounds: 2, ratio: 0.2, savings: 100, longestPause: 30_000 },
      breaker: {
        failureRate: 0.5,
        minimumAttempts: 10,
        consecutiveFailures: 5,
        resetAfter: 10_000,
        window: 900_000,
      },
      bodyLimit: 33_554_432,
      layers: [],
      identify: undefined,
    });
  });

  test('keep what was given beside the defaults, and leave the options as they were', () => {
    const options = Object.freeze({ ...good, timeouts: Object.freeze({ idle: 5 }), retry: undefined });
    expect(resolve(options)).toMatchObject({ timeouts: { idle: 5, connect: 10_000 }, retry: { rounds: 2 } });
  });

  test('the window of the breaker is as long as the longest deadline, and a minute at least', () => {
    expect(resolve({ ...good, timeouts: { total: 5 } }).breaker.window).toBe(60_000);
    expect(resolve({ ...good, timeouts: { total: 100_000 } }).breaker.window).toBe(100_000);
  });
});

describe('the routes', () => {
  test('without models, every catalogued model is served by each upstream that has it, and any is addressable', () => {
    const local = openaiCompatible({ baseURL: 'http://127.0.0.1:1/v1', models: ['gpt-5.2', 'own'] });
    const { models, addressable } = resolve({ open: true, upstreams: { ...upstreams, local } }).routing;
    expect(targetsAt(models, 'gpt-5.2')).toEqual([
      { upstream: 'openai', model: 'gpt-5.2', weight: undefined },
      { upstream: 'local', model: 'gpt-5.2', weight: undefined },
    ]);
    expect(targetsAt(models, 'own')).toHaveLength(1);
    expect(targetsAt(models, 'gpt-52')).toEqual([{ upstream: 'azureEu', model: 'gpt-52', weight: 3 }]);
    expect([...addressable]).toEqual(['openai', 'azureEu', 'local']);
  });

  test('with models, only what they name, unless the rest is said to be addressable', () => {
    const models = { writer: 'openai/gpt-5.2' };
    const { routing } = resolve({ ...good, models });
    expect([...routing.models.keys()]).toEqual(['writer']);
    expect(routing.addressable.size).toBe(0);
    expect(resolve({ ...good, models, addressable: true }).routing.addressable.size).toBe(2);
    expect(resolve({ ...good, addressable: false }).routing.addressable.size).toBe(0);
  });

  test.each<[route: unknown, targets: readonly object[]]>([
    ['openai', [{ upstream: 'openai', model: 'writer', weight: undefined }]],
    ['openai/a/b', [{ upstream: 'openai', model: 'a/b', weight: undefined }]],
    ['azureEu', [{ upstream: 'azureEu', model: 'writer', weight: 3 }]],
    [
      ['openai/x', { upstream: 'azureEu', model: 'y', weight: 1 }],
      [
        { upstream: 'openai', model: 'x', weight: undefined },
        { upstream: 'azureEu', model: 'y', weight: 1 },
      ],
    ],
    [{ targets: [{ upstream: 'azureEu' }] }, [{ upstream: 'azureEu', model: 'writer', weight: 3 }]],
  ])('the route %j has its targets in order', (route, targets) => {
    const { models } = resolve({ ...good, models: { writer: route } }).routing;
    expect(targetsAt(models, 'writer')).toEqual(targets);
  });
});
