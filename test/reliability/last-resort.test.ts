import { createGateway, openai } from '@vector-engine/core';
import { expect, test } from 'vitest';

const broken = (): never => {
  throw new Error('the host has closed it');
};

test('a response that cannot be written to ends its own request, and nothing else', async () => {
  const errors: unknown[] = [];
  await using gateway = createGateway({
    open: true,
    upstreams: { openai: openai({ apiKey: 'k' }) },
    logger: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields, message) => errors.push([message, fields]),
    },
  });
  const destroyed = Promise.withResolvers<void>();
  const isOurs = gateway.handle({
    method: 'GET',
    path: '/v1/models',
    query: '',
    base: 'http://localhost',
    isOwnGround: true,
    headers: {},
    remoteAddress: undefined,
    requestId: 'req-1',
    hostRequest: undefined,
    readBody: () => Promise.reject(new Error('not asked for')),
    readStream: () => {
      throw new Error('not asked for');
    },
    onClose: () => {},
    respond: broken,
    respondStream: broken,
    abandon: () => {},
    destroy: () => destroyed.resolve(),
  });
  expect(isOurs).toBe(true);
  await destroyed.promise;
  expect(gateway.stats().active).toBe(0);
  expect(errors).toContainEqual([
    'the gateway could not serve a request',
    expect.objectContaining({ requestId: 'req-1', err: new Error('the host has closed it') }),
  ]);
});
