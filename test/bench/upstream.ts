/**
 * The simulated upstream: a process of its own that answers every request with rendered bytes. It reads of a request
 * only where it ends. How it answers is said by the runner, not by the request.
 */
import { createServer, type Socket } from 'node:net';
import { serve } from './ipc.ts';
import { listen } from './listen.ts';
import { createRequestScanner } from './request-scanner.ts';
import {
  BURST,
  FAILED,
  SHORT_STREAM,
  STREAM_CHUNK,
  STREAM_CLOSING,
  STREAM_OPENING,
  WHOLE,
} from './upstream-answers.ts';

/** `held`: a stream is opened and stays open until `finish`. `hang`: nothing is ever answered. */
export type AnswerMode = 'whole' | 'stream' | 'burst' | 'held' | 'hang' | 'fail';

const ANSWERS: Readonly<Record<AnswerMode, Buffer | undefined>> = {
  whole: WHOLE,
  stream: SHORT_STREAM,
  burst: BURST,
  held: STREAM_OPENING,
  hang: undefined,
  fail: FAILED,
};

const SLEEP_CELL = new Int32Array(new SharedArrayBuffer(4));
let mode: AnswerMode = 'whole';
let requests = 0;
let chunks = 0;
let lastRequest = '';
let capturing = false;
let pacing = false;
const held = new Set<Socket>();

const server = createServer({ noDelay: true }, (socket) => {
  const scan = createRequestScanner((bytes) => {
    requests++;
    if (capturing) lastRequest = bytes.toString('latin1');
    const answer = ANSWERS[mode];
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
  const startedAt = performance.now();
  const gapMs = 1_000 / chunksPerSecond;
  let sent = 0;
  const sendDue = (): void => {
    const due = Math.floor((performance.now() - startedAt) / gapMs);
    for (; sent < due; sent++, chunks++) sockets[sent % sockets.length]?.write(STREAM_CHUNK);
    Atomics.wait(SLEEP_CELL, 0, 0, gapMs);
    if (pacing) setImmediate(sendDue);
  };
  pacing = true;
  sendDue();
}

/** Ends all held streams as a provider does. */
function finish(): number {
  pacing = false;
  const count = held.size;
  for (const socket of held) socket.write(STREAM_CLOSING);
  held.clear();
  return count;
}

const port = await listen(server);
const handlers = {
  port: (): number => port,
  mode: (next: AnswerMode): void => void (mode = next),
  pace: (chunksPerSecond: number): void => pace(chunksPerSecond),
  finish: (): number => finish(),
  counts: (): { requests: number; chunks: number } => ({ requests, chunks }),
  /** From now on the last request is kept for `lastRequest`. */
  capture: (on: boolean): void => void (capturing = on),
  lastRequest: (): string => lastRequest,
};
export type UpstreamHandlers = typeof handlers;
serve(handlers);
