import type { RunningSubject, Stage } from './lineup.ts';
import { ANSWER_TEXT, SHORT_STREAM_CHUNKS, USAGE } from './upstream-answers.ts';

interface Completion {
  readonly choices: readonly {
    readonly message?: { content?: string };
    readonly delta?: { content?: string };
  }[];
  readonly usage?: { readonly total_tokens?: number };
}

/** The body of a raw HTTP message, taken out of its chunks where it was sent in chunks. */
export function bodyOf(raw: string): string {
  const headEnd = raw.indexOf('\r\n\r\n');
  const head = raw.slice(0, headEnd).toLowerCase();
  const rest = raw.slice(headEnd + 4);
  if (!head.includes('transfer-encoding: chunked')) return rest;
  let body = '';
  for (let at = 0; at < rest.length; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    const length = Number.parseInt(rest.slice(at, lineEnd), 16);
    if (!(length > 0)) break;
    body += rest.slice(lineEnd + 2, lineEnd + 2 + length);
    at = lineEnd + 2 + length + 2;
  }
  return body;
}

function demand(condition: boolean, subject: RunningSubject, what: string, seen: string): void {
  if (!condition) throw new Error(`${subject.name}: ${what}. Seen: ${seen.slice(0, 2_000)}`);
}

/** Before anything is measured: every subject answers rightly, whole and streamed, and ours does its work. */
export async function verify({ load, upstream }: Stage, subject: RunningSubject): Promise<void> {
  const { headers, ours, port } = subject;
  await upstream.call('capture', true);
  await upstream.call('mode', 'whole');
  const whole = await load.call('once', { port, headers, stream: false });
  const answer: Completion = JSON.parse(bodyOf(whole));
  demand(answer.choices[0]?.message?.content === ANSWER_TEXT, subject, 'the whole answer is another', whole);
  demand(answer.usage?.total_tokens === USAGE.total_tokens, subject, 'the whole answer has no usage', whole);

  await upstream.call('mode', 'stream');
  const streamed = await load.call('once', { port, headers, stream: true });
  const events = bodyOf(streamed)
    .split('\n\n')
    .filter((event) => event.startsWith('data: '))
    .map((event) => event.slice('data: '.length));
  demand(events.at(-1) === '[DONE]', subject, 'the stream does not end with [DONE]', streamed);
  const chunks = events.slice(0, -1).map((data): Completion => JSON.parse(data));
  const contents = chunks.filter(({ choices }) => choices[0]?.delta?.content).length;
  demand(contents === SHORT_STREAM_CHUNKS, subject, `the stream has ${contents} chunks of content`, streamed);

  const request = await upstream.call('lastRequest');
  await upstream.call('capture', false);
  if (!ours) return;
  demand(request.includes('"model":"bench-model-upstream"'), subject, 'the model was not renamed', request);
  demand(request.includes('"include_usage":true'), subject, 'usage was not asked for', request);
  const usageChunks = chunks.filter(({ choices }) => choices.length === 0);
  demand(usageChunks.length === 0, subject, 'a usage chunk reached a caller who did not ask', streamed);
}
