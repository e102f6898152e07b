/** The process that translates requests as the gateway does. */
import { codecOf, loadCodecs } from '../../../packages/core/src/dialects/load-codecs.ts';
import { readCall } from '../../../packages/core/src/dialects/read-call.ts';
import { unwrapRequest } from '../../../packages/core/src/dialects/shared/carry-signatures.ts';
import { parseObject } from '../../../packages/core/src/dialects/shared/wire-events.ts';
import type { ChatRequest } from '../../../packages/core/src/protocol/chat-request.ts';
import type { ChatDialect } from '../../../packages/core/src/protocol/content.ts';
import { serve } from '../ipc.ts';
import { conversationOf, type Shape } from './conversations.ts';

await loadCodecs();

const MODEL = 'bench-model';
let bytes: Buffer = Buffer.alloc(0);
let text = '';
let source: ChatDialect = 'openai-chat';
/** Looked at in the end: nothing of it may be optimised away. */
let last: string | Buffer = text;

function render(request: ChatRequest, target: ChatDialect): string {
  return JSON.stringify(codecOf(target).renderRequest({ ...request, model: `${MODEL}-upstream` }).body);
}

/** The codecs alone: the text of a body in, the text of a body out. */
function translateText(target: ChatDialect): string {
  return render(
    unwrapRequest(codecOf(source).parseRequest(parseObject(text), { model: MODEL }), source),
    target,
  );
}

/** The whole way: the caller's bytes in, checked and their envelope read, the bytes for the upstream out. */
function translateBytes(target: ChatDialect): Buffer {
  const inPath = source === 'gemini' || source === 'bedrock' ? { model: MODEL, stream: false } : {};
  const call = readCall(bytes, { operation: 'chat', dialect: source, headers: {}, ...inPath });
  return Buffer.from(render(call.canonical(), target));
}

/**
 * Milliseconds of processor time of one run: what else the machine does counts little. What ran before leaves no young
 * garbage to this one; a full collection would throw away optimised code as well.
 */
function time(runs: number, run: () => string | Buffer): number {
  globalThis.gc?.({ type: 'minor' });
  const before = process.cpuUsage();
  for (let left = runs; left > 0; left--) last = run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / runs;
}

interface Run {
  readonly target: ChatDialect;
  readonly runs: number;
}

const handlers = {
  /** From now on this request; returns its bytes. */
  take(next: { readonly shape: Shape; readonly source: ChatDialect }): number {
    bytes = conversationOf(next.shape, next.source);
    text = bytes.toString();
    source = next.source;
    return bytes.length;
  },
  /** `JSON.parse` and `JSON.stringify` of its text; of its bytes. */
  copyText: (runs: number): number => time(runs, () => JSON.stringify(JSON.parse(text))),
  copyBytes: (runs: number): number =>
    time(runs, () => Buffer.from(JSON.stringify(JSON.parse(bytes.toString())))),
  translateText: ({ target, runs }: Run): number => time(runs, () => translateText(target)),
  translateBytes: ({ target, runs }: Run): number => time(runs, () => translateBytes(target)),
  /** What came out last, its beginning. */
  written: (): string => last.toString().slice(0, 1_000),
};
export type TranslatorHandlers = typeof handlers;
serve(handlers);
