import { createGateway, type Gateway } from '@vector-engine/core';
import type { ExampleUpstreams } from '../upstreams.ts';

/** One gateway for the whole process: it holds connections, breakers and budgets. */
export function buildGateway({ upstreams, models }: ExampleUpstreams): Gateway {
  return createGateway({
    upstreams,
    models,
    // Here the host's request is a `Request`.
    identify: (request: Request) =>
      request.headers.get('authorization') === 'Bearer team-token' && { tenant: 'team' },
  });
}
