import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const CHUNKED_END = '\r\n0\r\n\r\n';
const CONTENT_LENGTH = /\r\ncontent-length: *(\d+)/i;
const COUNTER_DIGITS = 12;
const COUNTER_MARK = '#'.repeat(COUNTER_DIGITS);
/** What the user asks, with the place of the counter; makes the request body about 1 KB. */
export const PROMPT: string = `${COUNTER_MARK} ${'Summarise what follows in one sentence. Keep names, numbers and dates as they are. '.repeat(9)}`;

/** Where a request goes, and what it says: the body holds `PROMPT`. */
export interface Question {
  readonly path: string;
  readonly body: string;
}

/** What a request looks like; the body's counter makes each one unique. */
export interface RequestShape {
  readonly port: number;
  readonly stream: boolean;
  /** By default one of Chat Completions; another says itself whether it wants a stream. */
  readonly question?: Question | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a connection tells about its request in flight. */
export interface ConnectionListener {
  /** The first byte of the answer's body is here. */
  onFirstByte(connection: LoadConnection): void;
  onEnd(connection: LoadConnection): void;
  onError(error: Error): void;
}

let counter = 0;

function chatQuestion(stream: boolean): Question {
  const body = JSON.stringify({
    model: 'bench-model',
    ...(stream ? { stream: true } : {}),
    temperature: 0.2,
    messages: [
      { role: 'system', content: 'You are a helpful assistant. Answer briefly.' },
      { role: 'user', content: PROMPT },
    ],
  });
  return { path: '/v1/chat/completions', body };
}

function renderRequest({
  port,
  stream,
  headers = {},
  question = chatQuestion(stream),
}: RequestShape): Buffer {
  const { path, body } = question;
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'accept: application/json',
    'user-agent: OpenAI/JS 7.55.0',
    'authorization: Bearer caller-key',
    'content-type: application/json',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** One HTTP/1.1 connection on a raw socket with at most one request in flight. */
export class LoadConnection {
  startedAt = 0;
  bytes = 0;
  /** Set to keep the raw answers. */
  captured: Buffer[] | undefined;
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #counterAt: number;
  readonly #listener: ConnectionListener;
  #busy = false;
  #head: Buffer | undefined;
  #inBody = false;
  #remaining = -1;
  #tail = '';

  private constructor(socket: Socket, shape: RequestShape, listener: ConnectionListener) {
    this.#socket = socket;
    this.#request = renderRequest(shape);
    this.#counterAt = this.#request.indexOf(COUNTER_MARK);
    this.#listener = listener;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('error', (error) => listener.onError(error));
    socket.on('close', () => {
      if (this.#busy) listener.onError(new Error('The connection was closed before the answer had ended.'));
    });
  }

  static async open(shape: RequestShape, listener: ConnectionListener): Promise<LoadConnection> {
    const socket = connect({ port: shape.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new LoadConnection(socket, shape, listener);
  }

  /** The buffer can be written into again: the last request was answered, so it had left. */
  send(): void {
    this.#request.write(String(++counter).padStart(COUNTER_DIGITS, '0'), this.#counterAt, 'latin1');
    this.#busy = true;
    this.#inBody = false;
    this.#remaining = -1;
    this.startedAt = performance.now();
    this.#socket.write(this.#request);
  }

  close(): void {
    this.#busy = false;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (!this.#busy)
      return this.#listener.onError(new Error(`Bytes after the end: ${chunk.toString('latin1', 0, 200)}`));
    this.captured?.push(Buffer.from(chunk));
    const body = this.#inBody ? chunk : this.#readHead(chunk);
    if (body === undefined || body.length === 0) return;
    if (!this.#inBody) {
      this.#inBody = true;
      this.#listener.onFirstByte(this);
    }
    this.bytes += body.length;
    if (this.#isLast(body)) {
      this.#busy = false;
      this.#listener.onEnd(this);
    }
  }

  #readHead(chunk: Buffer): Buffer | undefined {
    const received: Buffer = this.#head === undefined ? chunk : Buffer.concat([this.#head, chunk]);
    const headEnd = this.#remaining < 0 && this.#tail === '' ? received.indexOf(HEAD_END) : -2;
    if (headEnd === -2) return received;
    if (headEnd === -1) {
      this.#head = received;
      return undefined;
    }
    this.#head = undefined;
    const head = received.toString('latin1', 0, headEnd);
    if (!head.startsWith('HTTP/1.1 200 ')) {
      this.#listener.onError(new Error(`Answered ${received.toString('latin1', 0, 1_000)}`));
      return undefined;
    }
    const length = CONTENT_LENGTH.exec(head)?.[1];
    if (length === undefined) this.#tail = '\r\n';
    else this.#remaining = Number(length);
    return received.subarray(headEnd + HEAD_END.length);
  }

  #isLast(body: Buffer): boolean {
    if (this.#remaining >= 0) {
      this.#remaining -= body.length;
      if (this.#remaining > 0) return false;
      this.#remaining = -1;
      return true;
    }
    this.#tail = (this.#tail + body.toString('latin1', Math.max(0, body.length - CHUNKED_END.length))).slice(
      -CHUNKED_END.length,
    );
    if (this.#tail !== CHUNKED_END) return false;
    this.#tail = '';
    return true;
  }
}
