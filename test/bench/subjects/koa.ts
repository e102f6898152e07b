/** Ours mounted in Koa 3. */
import { createServer } from 'node:http';
import { vectorEngine } from '@vector-engine/koa';
import Koa from 'koa';
import { listen } from '../listen.ts';
import { benchGateway } from './gateway.ts';
import type { StartSubject } from './subject.ts';

export const start: StartSubject = async (upstreamPort) => {
  const { gateway, live } = benchGateway(upstreamPort);
  const app = new Koa();
  app.use(vectorEngine(gateway, { prefix: '/v1' }));
  const handle = app.callback();
  return { port: await listen(createServer((request, response) => void handle(request, response))), live };
};
