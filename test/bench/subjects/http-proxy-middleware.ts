/** http-proxy-middleware mounted in Express 5, with the agent its documentation asks for. */
import { Agent, createServer } from 'node:http';
import express, { type RequestHandler } from 'express';
import { listen } from '../listen.ts';
import { loadPeer } from '../peers/load-peer.ts';
import type { StartSubject } from './subject.ts';

interface HttpProxyMiddleware {
  readonly createProxyMiddleware: (options: {
    target: string;
    changeOrigin: boolean;
    agent: Agent;
  }) => RequestHandler;
}

export const start: StartSubject = async (upstreamPort) => {
  const { createProxyMiddleware } = await loadPeer<HttpProxyMiddleware>('http-proxy-middleware');
  const app = express();
  app.use(
    '/v1',
    createProxyMiddleware({
      target: `http://127.0.0.1:${upstreamPort}/v1`,
      changeOrigin: true,
      agent: new Agent({ keepAlive: true }),
    }),
  );
  return { port: await listen(createServer(app)) };
};
