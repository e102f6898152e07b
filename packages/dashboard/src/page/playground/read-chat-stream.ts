import { asList, asNumber, asRecord, asText } from './read-json.ts';

/** Tokens, as the vendor counted them. */
export interface ChatUsage {
  readonly inputTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
}

/** What an event of a stream says. */
export interface ChatPiece {
  readonly text: string;
  readonly reasoning: string;
  readonly finish: string | undefined;
  readonly usage: ChatUsage | undefined;
  /** The stream has broken off, in the gateway's words. */
  readonly error: { readonly code: string | undefined; readonly message: string } | undefined;
}

/** The data of the events of a stream of bytes, one after the other: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream */
export async function* readEventData(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  for await (const chunk of bytes) {
    rest += decoder.decode(chunk, { stream: true });
    // A line that ends with what may be the first half of CR LF waits for what comes.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield data.join('\n');
        data = [];
      } else if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
    }
  }
}

/** The chunks of a body, where the platform does not iterate over it itself. The body is cancelled when nobody reads on. */
export async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // It is over already, or nobody wants the rest.
    reader.cancel().catch(() => {});
  }
}

/** Undefined: the end (`[DONE]`), or nothing that can be read. */
export function readPiece(data: string): ChatPiece | undefined {
  if (data === '[DONE]') return undefined;
  let event: Readonly<Record<string, unknown>> | undefined;
  try {
    event = asRecord(JSON.parse(data));
  } catch {
    return undefined;
  }
  if (event === undefined) return undefined;
  const choice = asRecord(asList(event['choices'])[0]);
  const delta = asRecord(choice?.['delta']);
  return {
    text: asText(delta?.['content']) ?? asText(delta?.['refusal']) ?? '',
    reasoning: asText(delta?.['reasoning_content']) ?? asText(delta?.['reasoning']) ?? '',
    finish: asText(choice?.['finish_reason']),
    usage: readUsage(event['usage']),
    error: readError(event['error']),
  };
}

function readUsage(value: unknown): ChatUsage | undefined {
  const usage = asRecord(value);
  if (usage === undefined) return undefined;
  const input = asRecord(usage['prompt_tokens_details']);
  const output = asRecord(usage['completion_tokens_details']);
  return {
    inputTokens: asNumber(usage['prompt_tokens']),
    cachedTokens: asNumber(input?.['cached_tokens']),
    outputTokens: asNumber(usage['completion_tokens']),
    reasoningTokens: asNumber(output?.['reasoning_tokens']),
  };
}

/** `{ error: { code, message } }`, as OpenAI's API words it. */
export function readError(value: unknown): ChatPiece['error'] {
  const error = asRecord(value);
  if (error === undefined) return undefined;
  return {
    code: asText(error['code']) ?? asText(error['type']),
    message: asText(error['message']) ?? JSON.stringify(error),
  };
}
