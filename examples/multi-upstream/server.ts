import { setTimeout as wait } from 'node:timers/promises';
import OpenAI from 'openai';
import { serve } from '../serve.ts';
import { buildApp, startProviders } from './app.ts';
import { narrate } from './narrate.ts';

const providers = await startProviders();
const { app, gateway } = buildApp(providers);
narrate(gateway, (line) => console.log(line));
const origin = await serve(app, gateway, providers);
const client = new OpenAI({ apiKey: 'any', baseURL: `${origin}/v1`, maxRetries: 0 });

async function ask(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await client.chat.completions
      .create({ model: 'assistant', messages: [{ role: 'user', content: 'Hello' }] })
      .catch((error: unknown) => console.log(error instanceof Error ? error.message : error));
    await wait(200);
  }
}

console.log('\nAll three are well:');
await ask(2);
console.log('\nOpenAI answers 503 from now on:');
providers.openai.fail({ type: 'status', status: 503 });
await ask(4);
console.log('\nAzure refuses connections as well:');
await providers.azure.stop();
await ask(2);
console.log('\nBoth are well again; the breaker lets one call try:');
providers.openai.heal();
await providers.azure.start();
await wait(2_000);
await ask(2);

console.log(`\nNow you. In another terminal:

  curl -X POST ${origin}/break/openai

  curl ${origin}/v1/chat/completions -H 'content-type: application/json' -d '{"model":"assistant","messages":[{"role":"user","content":"Hello"}]}'

  curl -X POST ${origin}/heal/openai

Ctrl-C stops it.`);
