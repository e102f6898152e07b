// Whichever Koa is installed here serves one call.
import { once } from 'node:events';
import { openai, vectorEngine } from '@vector-engine/koa';
import { simulatedOpenAI } from '@vector-engine/testing';
import Koa from 'koa';
import { chat } from './chat.mjs';

const simulated = await simulatedOpenAI();
const app = new Koa();
const engine = vectorEngine(
  {
    upstreams: { openai: openai({ apiKey: 'sk-test', baseURL: simulated.baseURL }) },
    open: true,
  },
  { prefix: '/ai' },
);
app.use(engine);
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
await chat(`http://127.0.0.1:${server.address().port}/ai/v1`);
await engine.gateway.close();
server.close();
server.closeAllConnections();
await simulated.close();
console.log('ok');
