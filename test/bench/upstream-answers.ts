/** What the simulated upstream sends, rendered once. About the sizes that OpenAI's own answers have. */

const SHARED = {
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  created: 1_795_000_000,
  model: 'bench-model-upstream',
  service_tier: 'default',
  system_fingerprint: 'fp_50cad350e4',
} as const;

export const USAGE = { prompt_tokens: 212, completion_tokens: 187, total_tokens: 399 } as const;
/** What every piece of a stream says. */
export const DELTA_TEXT = ' fox';
export const ANSWER_TEXT: string = 'The quick brown fox jumps over the lazy dog. '.repeat(13).trim();

const WHOLE_BODY = JSON.stringify({
  ...SHARED,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: ANSWER_TEXT, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    ...USAGE,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, accepted_prediction_tokens: 0 },
  },
});

const VENDOR_HEADERS = [
  'date: Sat, 21 Nov 2026 05:00:00 GMT',
  'openai-organization: bench',
  'openai-processing-ms: 1',
  'openai-version: 2020-10-01',
  'x-ratelimit-limit-requests: 10000',
  'x-ratelimit-remaining-requests: 9999',
  'x-request-id: req_bench',
  'connection: keep-alive',
  'keep-alive: timeout=72',
];

function message(status: string, headers: readonly string[], body = ''): string {
  return [`HTTP/1.1 ${status}`, ...headers, ...VENDOR_HEADERS, '', body].join('\r\n');
}

function event(data: string): string {
  const text = `data: ${data}\n\n`;
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function chunk(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }];
  return event(JSON.stringify({ ...SHARED, object: 'chat.completion.chunk', choices }));
}

const CONTENT = chunk({ content: DELTA_TEXT });
/** The headers of a streamed answer of this content type. */
export function streamHead(type: string): string {
  return message('200 OK', [`content-type: ${type}`, 'transfer-encoding: chunked']);
}

/** Headers, the role-only chunk, and the first chunk with content: what commits a stream. */
const OPENING =
  streamHead('text/event-stream; charset=utf-8') +
  chunk({ role: 'assistant', content: '', refusal: null }) +
  CONTENT;
const CLOSING =
  chunk({}, 'stop') +
  event(JSON.stringify({ ...SHARED, object: 'chat.completion.chunk', choices: [], usage: USAGE })) +
  event('[DONE]') +
  '0\r\n\r\n';

/** Content chunks of a short stream and of a burst. Role, finish, usage and `[DONE]` come on top. */
export const SHORT_STREAM_CHUNKS = 4;
export const BURST_CHUNKS = 1_000;

const FAILURE = JSON.stringify({ error: { message: 'simulated failure', type: 'server_error', code: null } });

export const WHOLE: Buffer = Buffer.from(
  message('200 OK', ['content-type: application/json', `content-length: ${WHOLE_BODY.length}`], WHOLE_BODY),
);
export const FAILED: Buffer = Buffer.from(
  message(
    '500 Internal Server Error',
    ['content-type: application/json', `content-length: ${FAILURE.length}`],
    FAILURE,
  ),
);
export const SHORT_STREAM: Buffer = Buffer.from(OPENING + CONTENT.repeat(SHORT_STREAM_CHUNKS - 1) + CLOSING);
export const BURST: Buffer = Buffer.from(OPENING + CONTENT.repeat(BURST_CHUNKS - 1) + CLOSING);
export const STREAM_OPENING: Buffer = Buffer.from(OPENING);
export const STREAM_CHUNK: Buffer = Buffer.from(CONTENT);
export const STREAM_CLOSING: Buffer = Buffer.from(CLOSING);
