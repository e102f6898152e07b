/** Portkey's gateway as its package starts it on Node; the caller names provider and upstream in headers. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { listen } from '../listen.ts';
import { loadPeer } from '../peers/load-peer.ts';
import type { StartSubject } from './subject.ts';

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

export const start: StartSubject = async () => {
  const port = await freePort();
  process.argv.push(`--port=${port}`, '--headless');
  // Its server says that it cannot find an internal of this Node's `fetch`, and goes another way that is no slower.
  const warn = console.warn;
  console.warn = () => undefined;
  await loadPeer('@portkey-ai/gateway/build/start-server.js');
  console.warn = warn;
  const probe = connect(port, '127.0.0.1');
  await once(probe, 'connect');
  probe.destroy();
  return { port };
};
