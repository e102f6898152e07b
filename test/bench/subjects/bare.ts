/** Ours on bare `node:http`. */
import { createServer } from 'node:http';
import { toNodeListener } from '@vector-engine/core';
import { listen } from '../listen.ts';
import { benchGateway } from './gateway.ts';
import type { StartSubject } from './subject.ts';

export const start: StartSubject = async (upstreamPort) => {
  const { gateway, live } = benchGateway(upstreamPort);
  return { port: await listen(createServer(toNodeListener(gateway))), live };
};
