/** Ours with a short deadline, for the probes: not measured. */
import { createServer } from 'node:http';
import { toNodeListener } from '@vector-engine/core';
import { listen } from '../listen.ts';
import { benchGateway } from './gateway.ts';
import { PROBE_DEADLINE_MS, type StartSubject } from './subject.ts';

export const start: StartSubject = async (upstreamPort) => {
  const { gateway, live } = benchGateway(upstreamPort, { firstByte: PROBE_DEADLINE_MS });
  return { port: await listen(createServer(toNodeListener(gateway))), live };
};
