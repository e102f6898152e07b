// ESM: every package is imported, and one call goes through the core.
import assert from 'node:assert/strict';
import { createGateway, openai } from '@vector-engine/core';
import { vectorEngine as expressEngine } from '@vector-engine/express';
import { vectorEngine as koaEngine } from '@vector-engine/koa';
import { postgres } from '@vector-engine/postgres';
import { redisState } from '@vector-engine/redis';
import { simulatedOpenAI } from '@vector-engine/testing';
import { chat } from './chat.mjs';

assert.equal(typeof expressEngine, 'function');
assert.equal(typeof koaEngine, 'function');
assert.equal(typeof postgres, 'function');
assert.equal(typeof redisState, 'function');
const simulated = await simulatedOpenAI();
const gateway = createGateway({
  upstreams: { openai: openai({ apiKey: 'sk-test', baseURL: simulated.baseURL }) },
  open: true,
});
await chat('http://gateway/v1', gateway.fetch);
await gateway.close();
await simulated.close();
console.log('ok');
