// A consumer's own code, in strict mode and with the declarations of all dependencies checked.
import { createGateway, type Gateway, GatewayError, toNodeListener } from '@vector-engine/core';
import { azureOpenAI, openai, vectorEngine } from '@vector-engine/express';
import { manualClock, simulatedOpenAI } from '@vector-engine/testing';
import express from 'express';

const app = express();
const engine = vectorEngine({
  identify: (request) =>
    request.headers['x-team'] !== undefined && { tenant: String(request.headers['x-team']) },
  upstreams: {
    openai: openai({ apiKey: 'sk-test' }),
    azureEu: azureOpenAI({ resource: 'acme-eu', apiKey: ['one', 'two'] }),
  },
  models: {
    'gpt-5.2': ['openai', 'azureEu/gpt-52-prod'],
    writer: { targets: [{ upstream: 'openai', model: 'gpt-5.2', weight: 2 }] },
  },
  clock: manualClock(),
});
app.use('/ai', engine);

const gateway: Gateway<'gpt-5.2' | 'writer'> = engine.gateway;
export const names: ('gpt-5.2' | 'writer')[] = gateway.models().map(({ id }) => id);

// @ts-expect-error there is no upstream of this name
vectorEngine({ open: true, upstreams: { openai: openai({ apiKey: 'k' }) }, models: { a: 'opnai' } });
// @ts-expect-error nothing says who may call
createGateway({ upstreams: { openai: openai({ apiKey: 'k' }) } });

export const listener = toNodeListener(gateway, { prefix: '/ai' });
export const stop = gateway.on('end', ({ usage, error }) => console.log(usage?.inputTokens, error));

export async function main(): Promise<void> {
  await using simulated = await simulatedOpenAI({ models: ['gpt-5.2'] });
  simulated.fail({ type: 'status', status: 503 }, { times: 1 });
  try {
    await gateway.fetch('http://gateway/v1/models');
  } catch (error) {
    if (GatewayError.isInstance(error) && error.code === 'VE_CLOSING') console.log(error.details.retryAfter);
  }
}
