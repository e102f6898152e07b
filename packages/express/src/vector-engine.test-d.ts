import type { Request, RequestHandler } from 'express';
import { describe, expectTypeOf, test } from 'vitest';
import { createGateway, openai, type VectorEngineHandler, vectorEngine } from './index.ts';

/* Nothing here runs: the compiler is the test, and an error that it expects is an assertion. */
/* oxlint-disable vitest/expect-expect */

const upstreams = { openai: openai({ apiKey: 'k' }) };

describe('vectorEngine', () => {
  test("identify is given Express's own request", () => {
    vectorEngine({
      upstreams,
      identify: (request) => {
        expectTypeOf(request).toEqualTypeOf<Request>();
        return { id: request.ip ?? 'unknown' };
      },
    });
    vectorEngine({
      upstreams,
      identify: async (request) => (request.get('x-user') === '' ? null : { id: 'u' }),
    });
  });

  test('knows the names of the models', () => {
    const named = vectorEngine({ open: true, upstreams, models: { writer: 'openai/gpt-5.2' } });
    expectTypeOf(named).toEqualTypeOf<VectorEngineHandler<'writer'>>();
    expectTypeOf(named.gateway.models()[0]?.id).toEqualTypeOf<'writer' | undefined>();
    const catalogued = vectorEngine({ open: true, upstreams });
    type Name = ReturnType<typeof catalogued.gateway.models>[number]['id'];
    expectTypeOf<'gpt-5.2' | 'openai/any'>().toExtend<Name>();
    expectTypeOf<'gpt-4.2'>().not.toExtend<Name>();
  });

  test('takes a gateway, and keeps its names', () => {
    const gateway = createGateway({ open: true, upstreams, models: { writer: 'openai/gpt-5.2' } });
    expectTypeOf(vectorEngine(gateway)).toEqualTypeOf<VectorEngineHandler<'writer'>>();
  });

  test('an unknown upstream, and nobody who may call, are errors', () => {
    // @ts-expect-error opnai
    vectorEngine({ open: true, upstreams, models: { writer: 'opnai/gpt-5.2' } });
    // @ts-expect-error neither identify nor open
    vectorEngine({ upstreams });
  });

  test('is middleware of express', () => {
    expectTypeOf(vectorEngine({ open: true, upstreams })).toExtend<RequestHandler>();
  });
});
