/** Ours mounted in Express 5. */
import { createServer } from 'node:http';
import { vectorEngine } from '@vector-engine/express';
import express from 'express';
import { listen } from '../listen.ts';
import { benchGateway } from './gateway.ts';
import type { StartSubject } from './subject.ts';

export const start: StartSubject = async (upstreamPort) => {
  const { gateway, live } = benchGateway(upstreamPort);
  const app = express();
  app.use('/v1', vectorEngine(gateway));
  return { port: await listen(createServer(app)), live };
};
