// CommonJS: require() of ES modules, as Node 22.12 and later have it.
const assert = require('node:assert/strict');
const { createGateway, openai } = require('@vector-engine/core');
const { vectorEngine: expressEngine } = require('@vector-engine/express');
const { vectorEngine: koaEngine } = require('@vector-engine/koa');
const { simulatedOpenAI } = require('@vector-engine/testing');
const { chat } = require('./chat.mjs');

async function main() {
  assert.equal(typeof expressEngine, 'function');
  assert.equal(typeof koaEngine, 'function');
  const simulated = await simulatedOpenAI();
  const gateway = createGateway({
    upstreams: { openai: openai({ apiKey: 'sk-test', baseURL: simulated.baseURL }) },
    open: true,
  });
  await chat('http://gateway/v1', gateway.fetch);
  await gateway.close();
  await simulated.close();
  console.log('ok');
}

void main();
