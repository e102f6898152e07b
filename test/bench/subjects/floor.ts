/** The floor: a bare `node:http` server and an undici pool, one plain handler object between them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Dispatcher, Pool } from 'undici';
import { listen } from '../listen.ts';
import type { StartSubject } from './subject.ts';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'host',
  'upgrade',
  'te',
  'trailer',
]);

type Headers = Record<string, string | string[]>;

function endToEnd(headers: NodeJS.Dict<string | string[]>): Headers {
  const kept: Headers = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value;
  }
  return kept;
}

function pipeInto(response: ServerResponse): Dispatcher.DispatchHandler {
  let controller: Dispatcher.DispatchController;
  response.on('close', () => {
    if (!response.writableFinished) controller?.abort(new Error('The caller went away.'));
  });
  response.on('drain', () => controller.resume());
  return {
    onRequestStart(started) {
      controller = started;
    },
    onResponseStart(_controller, status, headers) {
      response.writeHead(status, endToEnd(headers));
    },
    onResponseData(_controller, chunk) {
      if (!response.write(chunk)) controller.pause();
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError(_controller, error) {
      if (response.headersSent) response.destroy(error);
      else response.writeHead(502).end();
    },
  };
}

export const start: StartSubject = async (upstreamPort) => {
  const pool = new Pool(`http://127.0.0.1:${upstreamPort}`);
  const server = createServer((request: IncomingMessage, response) => {
    pool.dispatch(
      { path: request.url ?? '/', method: 'POST', headers: endToEnd(request.headers), body: request },
      pipeInto(response),
    );
  });
  return { port: await listen(server) };
};
