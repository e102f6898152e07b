// Whichever Express is installed here serves one call.
import { once } from 'node:events';
import { openai, vectorEngine } from '@vector-engine/express';
import { simulatedOpenAI } from '@vector-engine/testing';
import express from 'express';
import { chat } from './chat.mjs';

const simulated = await simulatedOpenAI();
const app = express();
const engine = vectorEngine({
  upstreams: { openai: openai({ apiKey: 'sk-test', baseURL: simulated.baseURL }) },
  open: true,
});
app.use('/ai', engine);
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
await chat(`http://127.0.0.1:${server.address().port}/ai/v1`);
await engine.gateway.close();
server.close();
server.closeAllConnections();
await simulated.close();
console.log('ok');
