/** Ours mounted in Express 5, with what is asked in its cache. */
import { createServer } from 'node:http';
import { createGateway, openaiCompatible } from '@vector-engine/core';
import { vectorEngine } from '@vector-engine/express';
import express from 'express';
import { listen } from '../listen.ts';
import { livenessOf } from './liveness-of.ts';
import type { StartSubject } from './subject.ts';

export const start: StartSubject = async (upstreamPort) => {
  const gateway = createGateway({
    open: true,
    upstreams: { up: openaiCompatible({ baseURL: `http://127.0.0.1:${upstreamPort}/v1`, apiKey: 'k' }) },
    models: { 'bench-model': 'up/bench-model-upstream' },
    cache: {},
  });
  const app = express();
  app.use('/v1', vectorEngine(gateway));
  return { port: await listen(createServer(app)), live: livenessOf(gateway) };
};
