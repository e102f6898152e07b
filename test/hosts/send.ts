import {
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Target {
  readonly port: number;
  /** Given: the server speaks TLS, with this certificate. */
  readonly ca: string | undefined;
}

export interface RequestParts {
  readonly method?: string;
  /** Sent exactly as it is: no client tidies it up. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | object;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** An error in OpenAI's form. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: string;
    readonly param: string | null;
  };
}

/** One request on a connection of its own; the head of the answer, with the body still to be read. */
export function open(target: Target, parts: RequestParts): Promise<IncomingMessage> {
  const { path, body } = parts;
  const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
  const bytes = isJson
    ? Buffer.from(JSON.stringify(body))
    : body === undefined
      ? undefined
      : Buffer.from(body);
  const request = (target.ca === undefined ? httpRequest : httpsRequest)({
    host: '127.0.0.1',
    port: target.port,
    agent: false,
    ...(target.ca === undefined ? {} : { ca: target.ca }),
    method: parts.method ?? (body === undefined ? 'GET' : 'POST'),
    path,
    headers: {
      ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': bytes.length }),
      ...parts.headers,
    },
  });
  return new Promise((resolve, reject) => {
    request.on('response', (response) => {
      // A server that has answered may close while the body is still on its way.
      request.on('error', () => {});
      resolve(response);
    });
    request.on('error', reject);
    request.end(bytes);
  });
}

export async function send(target: Target, parts: RequestParts): Promise<Reply> {
  const response = await open(target, parts);
  const body = await readAll(response);
  return { status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString('utf8') };
}

export async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function errorOf(reply: Reply): ErrorBody['error'] {
  return (JSON.parse(reply.text) as ErrorBody).error;
}

/** A short question for the simulated model, which repeats it. */
export function ask(extra: object = {}): { model: string; messages: { role: 'user'; content: string }[] } {
  return { model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }], ...extra };
}

/** What the model said in a whole answer. */
export function contentOf(reply: { readonly text: string }): string | undefined {
  const answer = JSON.parse(reply.text) as { choices: { message: { content: string } }[] };
  return answer.choices[0]?.message.content;
}

/** What the model said in a stream, and whether the stream ended as it should. */
export function contentOfStream(text: string): { content: string; isDone: boolean } {
  const events = text.split('\n\n').filter((event) => event.startsWith('data: '));
  let content = '';
  for (const event of events) {
    if (event === 'data: [DONE]') continue;
    const chunk = JSON.parse(event.slice('data: '.length)) as {
      choices: { delta: { content?: string | null } }[];
    };
    content += chunk.choices[0]?.delta.content ?? '';
  }
  return { content, isDone: events.at(-1) === 'data: [DONE]' };
}
