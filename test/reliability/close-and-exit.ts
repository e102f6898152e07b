/** Run by a test as a process of its own: uses a gateway, closes it, and must end without being told to. */
import { createGateway, openai } from '@vector-engine/core';
import { simulatedOpenAI } from '@vector-engine/testing';

const listenersBefore = countListeners();
const upstream = await simulatedOpenAI();
const gateway = createGateway({
  upstreams: { openai: openai({ apiKey: 'sk-test', baseURL: upstream.baseURL }) },
  open: true,
});

async function call(stream: boolean): Promise<number> {
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hello' }], stream }),
  });
  await response.arrayBuffer();
  return response.status;
}

const statuses = [await call(false), await call(true)];
await gateway.close();
await upstream.close();
process.stdout.write(JSON.stringify({ statuses, listeners: countListeners() - listenersBefore }));

function countListeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}
