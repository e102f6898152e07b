/**
 * What a hit is measured against: an Express route that reads the body and answers bytes that it has, whole or event by
 * event. It has them from the upstream, of which it asks for each once.
 */
import { createServer } from 'node:http';
import express, { type Response } from 'express';
import { listen } from '../listen.ts';
import type { StartSubject } from './subject.ts';

const readBody = express.raw({ type: () => true, limit: '1mb' });
const wantsStream = Buffer.from('"stream":true');

export const start: StartSubject = async (upstreamPort) => {
  const address = `http://127.0.0.1:${upstreamPort}/v1/chat/completions`;
  let whole: Buffer | undefined;
  let events: readonly Buffer[] | undefined;
  const fetchText = async (body: Buffer): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(address, { method: 'POST', headers, body: body.toString() })).text();
  };
  const app = express();
  const answer = async (body: Buffer, response: Response): Promise<void> => {
    if (!body.includes(wantsStream)) {
      whole ??= Buffer.from(await fetchText(body));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
      response.end(whole);
      return;
    }
    events ??= splitEvents(await fetchText(body));
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const event of events) response.write(event);
    response.end();
  };
  app.post('/v1/chat/completions', readBody, (request, response) => {
    // What `express.raw` leaves.
    void answer(request.body as Buffer, response);
  });
  return { port: await listen(createServer(app)) };
};

/** Without the usage, which the gateway takes out for callers who do not ask for it. */
function splitEvents(text: string): Buffer[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '' && !event.includes('"choices":[]'))
    .map((event) => Buffer.from(`${event}\n\n`));
}
