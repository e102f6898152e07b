/** A gateway as it is usually written: Express 5, `express.json()`, the global `fetch`, web streams to the caller. */
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express from 'express';
import { listen } from '../listen.ts';
import type { StartSubject } from './subject.ts';

export const start: StartSubject = async (upstreamPort) => {
  const app = express();
  app.use(express.json({ limit: '32mb' }));
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 awaits them
  app.post('/v1/chat/completions', async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const upstream = await fetch(`http://127.0.0.1:${upstreamPort}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
      body: JSON.stringify({ ...request.body, model: 'bench-model-upstream' }),
      signal: gone.signal,
    });
    response.status(upstream.status);
    if (!request.body.stream || upstream.body === null) {
      response.json(await upstream.json());
      return;
    }
    response.setHeader('content-type', 'text/event-stream');
    response.setHeader('cache-control', 'no-cache');
    response.flushHeaders();
    await pipeline(Readable.fromWeb(upstream.body), response);
  });
  return { port: await listen(createServer(app)) };
};
