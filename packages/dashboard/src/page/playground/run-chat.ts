import { bodyOf, type ChatWish } from './chat-wish.ts';
import { type AnswerFacts, readAnswerFacts } from './read-answer-facts.ts';
import { type ChatUsage, chunksOf, readError, readEventData, readPiece } from './read-chat-stream.ts';
import { asRecord } from './read-json.ts';

/** Codes of the page's own: the stream has ended without its end; the server is out of reach. */
export const cutOff = 'cut-off';
export const offline = 'offline';

/** A call of the playground, as far as it has come. Times are milliseconds since it began. */
export interface ChatRun {
  /** `waiting`: for its first text. */
  readonly state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  readonly text: string;
  readonly reasoning: string;
  readonly finish: string | undefined;
  readonly usage: ChatUsage | undefined;
  /** HTTP; undefined before there is an answer. */
  readonly status: number | undefined;
  readonly facts: AnswerFacts | undefined;
  readonly error: { readonly code: string | undefined; readonly message: string } | undefined;
  readonly firstText: number | undefined;
  readonly milliseconds: number | undefined;
}

const freshRun: ChatRun = {
  state: 'waiting',
  text: '',
  reasoning: '',
  finish: undefined,
  usage: undefined,
  status: undefined,
  facts: undefined,
  error: undefined,
  firstText: undefined,
  milliseconds: undefined,
};

export interface ChatRunning {
  /** Where it is sent. */
  readonly url: string;
  readonly signal: AbortSignal;
  /** Milliseconds, of a clock that never goes back. */
  readonly now: () => number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Told whenever something came. */
  readonly tell: (run: ChatRun) => void;
}

/** Streams a chat; what came before it was stopped, or broke off, is kept. Never rejects. */
export async function runChat(wish: ChatWish, running: ChatRunning): Promise<ChatRun> {
  const { signal, now, tell } = running;
  const began = now();
  let run = freshRun;
  const change = (changes: Partial<ChatRun>): void => {
    run = { ...run, ...changes };
    tell(run);
  };
  try {
    const response = await send(wish, running);
    change({ status: response.status, facts: readAnswerFacts(response.headers) });
    if (!response.ok || response.body === null) {
      change({ state: 'failed', error: await readRefusal(response) });
    } else {
      let isOver = false;
      for await (const data of readEventData(chunksOf(response.body))) {
        if (data === '[DONE]') isOver = true;
        const piece = readPiece(data);
        if (piece === undefined) continue;
        const isContent = piece.text !== '' || piece.reasoning !== '';
        change({
          text: run.text + piece.text,
          reasoning: run.reasoning + piece.reasoning,
          finish: piece.finish ?? run.finish,
          usage: piece.usage ?? run.usage,
          ...(isContent && run.firstText === undefined
            ? { state: 'streaming', firstText: now() - began }
            : {}),
          ...(piece.error === undefined ? {} : { state: 'failed', error: piece.error }),
        });
      }
      if (run.error === undefined && !isOver)
        change({ state: 'failed', error: { code: cutOff, message: '' } });
    }
  } catch (error) {
    if (signal.aborted) change({ state: 'stopped' });
    else change({ state: 'failed', error: failureOf(error) });
  }
  change({
    milliseconds: now() - began,
    ...(run.state === 'waiting' || run.state === 'streaming' ? { state: 'done' } : {}),
  });
  return run;
}

function send(wish: ChatWish, { url, signal, fetch }: ChatRunning): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...bodyOf(wish), stream: true, stream_options: { include_usage: true } }),
    credentials: 'same-origin',
    signal,
  });
}

/** What an answer that is no stream says: an error, or something that is none of the gateway's. */
async function readRefusal(response: Response): Promise<ChatRun['error']> {
  const text = await response.text();
  try {
    const error = readError(asRecord(JSON.parse(text))?.['error']);
    if (error !== undefined) return error;
  } catch {
    // It is no JSON: a page of a proxy, say.
  }
  return { code: undefined, message: text.slice(0, 500) || `HTTP ${response.status}` };
}

function failureOf(error: unknown): ChatRun['error'] {
  // `fetch` says no more than that it could not.
  if (error instanceof TypeError) return { code: offline, message: error.message };
  return { code: undefined, message: error instanceof Error ? error.message : String(error) };
}
