// What the built core does on this Node: nothing of the host changes, a call, a stream, an abort, an end.
import assert from 'node:assert/strict';
import { chat } from './chat.mjs';

function surroundings() {
  return {
    globals: Reflect.ownKeys(globalThis).map(String),
    fetch: globalThis.fetch,
    dispatchers: [1, 2].map((version) => globalThis[Symbol.for(`undici.globalDispatcher.${version}`)]),
    listeners: process.eventNames().map((name) => `${String(name)} ${process.listenerCount(name)}`),
    resources: process.getActiveResourcesInfo(),
  };
}

// Node's own `fetch` and friends are loaded at first use; that is no change of ours.
void [globalThis.fetch, globalThis.Request, globalThis.Response, globalThis.AbortController];
const before = surroundings();
const startedAt = performance.now();
const { createGateway, openai } = await import('@vector-engine/core');
const importMilliseconds = performance.now() - startedAt;
assert.deepEqual(surroundings(), before);

const { simulatedOpenAI } = await import('@vector-engine/testing');
const simulated = await simulatedOpenAI({ pace: 5 });
const gateway = createGateway({
  upstreams: { openai: openai({ apiKey: 'sk-test', baseURL: simulated.baseURL }) },
  open: true,
});
await chat('http://gateway/v1', gateway.fetch);

const ask = (content, signal) =>
  gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.2', stream: true, messages: [{ role: 'user', content }] }),
    signal,
  });

const stream = await (await ask('one two three')).text();
assert.match(stream, /^data: \{/);
assert.match(stream, /data: \[DONE\]\n\n$/);

const gone = new AbortController();
const long = await ask('word '.repeat(2_000), gone.signal);
const reader = long.body.getReader();
await reader.read();
gone.abort();
await assert.rejects(async () => {
  while (!(await reader.read()).done);
});
const { closed } = simulated.requests.at(-1);
await closed;
assert.equal(simulated.requests.at(-1).aborted, true);

await gateway.close();
const refused = await ask('too late');
assert.equal(refused.status, 503);
await refused.text();
await simulated.close();
const after = surroundings();
assert.deepEqual(after.listeners, before.listeners);
assert.deepEqual(after.globals, before.globals);
assert.deepEqual(after.dispatchers, before.dispatchers);
// With nothing left open the process ends by itself; whoever started it sees whether it does.
console.log(JSON.stringify({ importMilliseconds: Math.round(importMilliseconds) }));
