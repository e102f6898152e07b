import { describe, expectTypeOf, test } from 'vitest';
import {
  type AttemptEvent,
  type BreakerEvent,
  byTask,
  createGateway,
  type EndEvent,
  type Gateway,
  type Layer,
  openai,
  openaiCompatible,
  type Principal,
  type RequestEvent,
  type TargetView,
} from './index.ts';

/* Nothing here runs: the compiler is the test, and an error that it expects is an assertion. */
/* oxlint-disable vitest/expect-expect */

const upstreams = {
  openai: openai({ apiKey: 'k' }),
  local: openaiCompatible({ baseURL: 'http://127.0.0.1:1/v1', models: ['llama', 'qwen'] }),
};

describe('the names of models', () => {
  test('are those of models, as a union', () => {
    const gateway = createGateway({
      open: true,
      upstreams,
      models: { writer: 'openai/gpt-5.2', reader: ['local', 'openai'] },
    });
    expectTypeOf(gateway).toEqualTypeOf<Gateway<'writer' | 'reader'>>();
    expectTypeOf(gateway.models()[0]?.id).toEqualTypeOf<'writer' | 'reader' | undefined>();
  });

  test('without models are those of the catalogue, and upstream/model', () => {
    const gateway = createGateway({ open: true, upstreams: { local: upstreams.local } });
    expectTypeOf(gateway).toEqualTypeOf<Gateway<'llama' | 'qwen' | `local/${string}`>>();
    const both = createGateway({ open: true, upstreams });
    type Name = ReturnType<typeof both.models>[number]['id'];
    expectTypeOf<'gpt-5.2' | 'llama' | 'openai/any' | 'local/any'>().toExtend<Name>();
    expectTypeOf<'gpt-4.2' | 'elsewhere/any'>().not.toExtend<Name>();
  });

  test('a gateway with known names is a gateway', () => {
    const gateway = createGateway({ open: true, upstreams });
    expectTypeOf(gateway).toExtend<Gateway>();
  });
});

describe('a target that names no upstream is an error', () => {
  test('as a text, in a list and written out', () => {
    // @ts-expect-error opnai
    createGateway({ open: true, upstreams, models: { writer: 'opnai' } });
    // @ts-expect-error opnai
    createGateway({ open: true, upstreams, models: { writer: 'opnai/gpt-5.2' } });
    // @ts-expect-error opnai
    createGateway({ open: true, upstreams, models: { writer: ['openai', 'opnai/gpt-5.2'] } });
    // @ts-expect-error opnai
    createGateway({ open: true, upstreams, models: { writer: [{ upstream: 'opnai' }] } });
    // @ts-expect-error opnai
    createGateway({ open: true, upstreams, models: { writer: { targets: ['opnai'] } } });
  });

  test('the same forms with a name that is there are none', () => {
    createGateway({ open: true, upstreams, models: { writer: 'openai' } });
    createGateway({ open: true, upstreams, models: { writer: 'openai/gpt-5.2' } });
    createGateway({ open: true, upstreams, models: { writer: ['openai', 'local/x'] } });
    createGateway({
      open: true,
      upstreams,
      models: { writer: [{ upstream: 'local', model: 'x', weight: 2 }] },
    });
    createGateway({
      open: true,
      upstreams,
      models: { writer: { targets: ['openai', { upstream: 'local' }] } },
    });
  });
});

describe('who may call', () => {
  test('has to be said', () => {
    // @ts-expect-error neither
    createGateway({ upstreams });
    // @ts-expect-error both
    createGateway({ upstreams, open: true, identify: () => ({ id: 'u' }) });
    // @ts-expect-error open can only be true
    createGateway({ upstreams, open: false });
    createGateway({ upstreams, open: true });
    createGateway({ upstreams, identify: () => undefined });
    createGateway({ upstreams, keys: true });
    createGateway({
      upstreams,
      keys: {},
      identify: () => undefined,
      admin: ({ roles }) => roles !== undefined,
    });
    // @ts-expect-error nobody is known where everybody may call
    createGateway({ upstreams, open: true, keys: true });
    // @ts-expect-error nor is there an operator
    createGateway({ upstreams, open: true, admin: () => true });
  });

  test('admin is given the principal, and the request that identify is given', () => {
    createGateway<typeof upstreams, never, { user: string }>({
      upstreams,
      identify: ({ user }) => ({ id: user }),
      admin: ({ id }, { user }) => id === user,
    });
  });

  test('identify is given what the host has, which the core does not know, and returns a principal or nothing', () => {
    createGateway({
      upstreams,
      identify: (request) => {
        expectTypeOf(request).toBeUnknown();
        return { tenant: 'acme', id: 'u' };
      },
    });
    createGateway({ upstreams, identify: async () => null });
    // @ts-expect-error a text is no principal
    createGateway({ upstreams, identify: () => 'u' });
    createGateway<typeof upstreams, never, { user: string }>({
      upstreams,
      identify: ({ user }) => ({ id: user }),
    });
  });
});

test('an option that is not there is an error', () => {
  // @ts-expect-error timeout
  createGateway({ open: true, upstreams, timeout: 5 });
  // @ts-expect-error conect
  createGateway({ open: true, upstreams, timeouts: { conect: 5 } });
  // @ts-expect-error an upstream is made by a function
  createGateway({ open: true, upstreams: { openai: { apiKey: 'k' } } });
});

test('events have the type of their name', () => {
  const gateway = createGateway({ open: true, upstreams });
  gateway.on('request', (event) => expectTypeOf(event).toEqualTypeOf<RequestEvent>());
  gateway.on('attempt', (event) => expectTypeOf(event).toEqualTypeOf<AttemptEvent>());
  gateway.on('end', (event) => expectTypeOf(event).toEqualTypeOf<EndEvent>());
  gateway.on('breaker', (event) => expectTypeOf(event).toEqualTypeOf<BreakerEvent>());
  expectTypeOf(gateway.on('end', () => {})).toEqualTypeOf<() => void>();
  // @ts-expect-error there is no such event
  gateway.on('ends', () => {});
});

const layer: Layer = (next) => (call, context) => {
  expectTypeOf(context.request.principal).toEqualTypeOf<Principal | undefined>();
  expectTypeOf(call.model).toBeString();
  return next(call, context);
};

test('a layer sees the principal, and returns what it wraps', () => {
  createGateway({ open: true, upstreams, layers: [layer] });
});

test('the gateway is usable where a fetch is wanted, and with await using', () => {
  const gateway = createGateway({ open: true, upstreams });
  expectTypeOf(gateway.fetch).toExtend<typeof fetch>();
  expectTypeOf(gateway).toExtend<AsyncDisposable>();
});

describe('a route', () => {
  test('that is a function knows what it is given', () => {
    const gateway = createGateway({
      open: true,
      upstreams,
      models: {
        auto: byTask({ coding: 'openai/gpt-5.3-codex', default: 'openai/gpt-4o' }),
        own: ({ principal, inputTokens }) => {
          expectTypeOf(principal).toEqualTypeOf<Principal | undefined>();
          return inputTokens > 1000 ? 'openai/gpt-5.2' : 'local/llama';
        },
        fast: { targets: [{ targets: ['openai/x', 'local/y'], strategy: 'fastest' }, 'local/z'] },
        chosen: {
          targets: ['openai/x', 'local/y'],
          strategy: (targets) => {
            expectTypeOf(targets).toEqualTypeOf<readonly TargetView[]>();
            return targets.find(({ active }) => active === 0) ?? (targets[0] as TargetView);
          },
        },
      },
    });
    expectTypeOf(gateway).toEqualTypeOf<Gateway<'auto' | 'own' | 'fast' | 'chosen'>>();
  });

  test('with a strategy that there is not, or a group with an unknown upstream, is an error', () => {
    // @ts-expect-error fasted
    createGateway({ open: true, upstreams, models: { a: { targets: ['local'], strategy: 'fasted' } } });
    // @ts-expect-error opnai
    createGateway({ open: true, upstreams, models: { a: [{ targets: ['opnai'], strategy: 'fastest' }] } });
    // @ts-expect-error a task without a default
    byTask({ coding: 'local' });
  });
});

test("a door is given the host's own request", () => {
  const gateway = createGateway({ open: true, upstreams: { openai: openai({ apiKey: 'k' }) } });
  const door = gateway.behind({
    allow: (request: Request) => request.headers.get('x-user') === 'admin',
    principal: (request) => ({ id: request.url }),
  });
  expectTypeOf(door).toHaveProperty('handle');
  // @ts-expect-error nobody would be let in
  gateway.behind({ principal: () => ({ id: 'u' }) });
});
