/**
 * The simulated upstream: a process of its own that answers every request with rendered bytes. It reads of a request
 * only where it ends. How it answers is said by the runner, not by the request.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { ChatDialect } from '../../packages/core/src/protocol/content.ts';
import { serve } from './ipc.ts';
import { listen } from './listen.ts';
import { createRequestScanner } from './request-scanner.ts';
import { WIRE_STREAMS, wholeStream } from './translation/wire-streams.ts';
import { BURST_CHUNKS, FAILED, SHORT_STREAM_CHUNKS, WHOLE } from './upstream-answers.ts';

/** `held`: a stream is opened and stays open until `finish`. `hang`: nothing is ever answered. */
export type AnswerMode = 'whole' | 'stream' | 'burst' | 'held' | 'hang' | 'fail';

const SLEEP_CELL = new Int32Array(new SharedArrayBuffer(4));
let mode: AnswerMode = 'whole';
let dialect: ChatDialect = 'openai-chat';
let answers = answersIn(dialect);
let requests = 0;
let chunks = 0;
let lastRequest = '';
let capturing = false;
let pacing = false;
const held = new Set<Socket>();

/** Rendered once, not per request. Whole answers and failures are OpenAI's. */
function answersIn(next: ChatDialect): Readonly<Record<AnswerMode, Buffer | undefined>> {
  const stream = WIRE_STREAMS[next];
  return {
    whole: WHOLE,
    stream: wholeStream(stream, SHORT_STREAM_CHUNKS),
    burst: wholeStream(stream, BURST_CHUNKS),
    held: stream.opening,
    hang: undefined,
    fail: FAILED,
  };
}

const server = createServer({ noDelay: true }, (socket) => {
  const scan = createRequestScanner((bytes) => {
    requests++;
    if (capturing) lastRequest = bytes.toString('latin1');
    const answer = answers[mode];
    if (answer !== undefined) socket.write(answer);
    if (mode === 'held') held.add(socket);
  });
  socket.on('data', scan);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => held.delete(socket));
});

/**
 * Sends single chunks to the held streams in turn, together `chunksPerSecond`, each at its own moment as independent
 * streams would: a timer of Node could do no better than ten at once every millisecond.
 */
function pace(chunksPerSecond: number): void {
  const sockets = [...held];
  const { chunks: deltas } = WIRE_STREAMS[dialect];
  const startedAt = performance.now();
  const gapMs = 1_000 / chunksPerSecond;
  let sent = 0;
  const sendDue = (): void => {
    const due = Math.floor((performance.now() - startedAt) / gapMs);
    for (; sent < due; sent++, chunks++)
      sockets[sent % sockets.length]?.write(deltas[sent % deltas.length] ?? '');
    Atomics.wait(SLEEP_CELL, 0, 0, gapMs);
    if (pacing) setImmediate(sendDue);
  };
  pacing = true;
  sendDue();
}

const POURED_AT_ONCE = 100;

/** Sends so many chunks to every held stream, as fast as they are taken. */
async function pour(count: number): Promise<void> {
  const { chunks: deltas } = WIRE_STREAMS[dialect];
  for (let sent = 0; sent < count; sent += POURED_AT_ONCE) {
    const bytes = Buffer.concat(
      Array.from(
        { length: Math.min(POURED_AT_ONCE, count - sent) },
        (_, index) => deltas[(sent + index) % deltas.length] ?? Buffer.alloc(0),
      ),
    );
    for (const socket of held) if (!socket.write(bytes)) await once(socket, 'drain');
  }
}

/** Ends all held streams as a provider does. */
function finish(): number {
  pacing = false;
  const count = held.size;
  for (const socket of held) socket.write(WIRE_STREAMS[dialect].closing);
  held.clear();
  return count;
}

const port = await listen(server);
const handlers = {
  port: (): number => port,
  mode: (next: AnswerMode): void => void (mode = next),
  /** In which format streams are answered. */
  speak(next: ChatDialect): void {
    if (next === dialect) return;
    dialect = next;
    answers = answersIn(next);
  },
  pace: (chunksPerSecond: number): void => pace(chunksPerSecond),
  pour: (count: number): Promise<void> => pour(count),
  finish: (): number => finish(),
  counts: (): { requests: number; chunks: number } => ({ requests, chunks }),
  /** From now on the last request is kept for `lastRequest`. */
  capture: (on: boolean): void => void (capturing = on),
  lastRequest: (): string => lastRequest,
};
export type UpstreamHandlers = typeof handlers;
serve(handlers);
