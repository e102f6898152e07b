import { describe, expect, test } from 'vitest';
import { ContentKeeper, type ContentParts } from './capture-content.ts';
import { readCall } from './dialects/read-call.ts';
import type { ContentSource } from './observe/observer.ts';
import type { RequestRecord } from './observe/request-record.ts';
import type { Answer } from './protocol/answer.ts';
import type { Call } from './protocol/call.ts';
import { silentLogger } from './protocol/logger.ts';
import { redactContent } from './redact-content.ts';

function callOf(text: string): Call {
  const body = { model: 'm', messages: [{ role: 'user', content: text }] };
  return readCall(Buffer.from(JSON.stringify(body)), {
    operation: 'chat',
    dialect: 'openai-chat',
    headers: {},
  });
}

function answerOf(body: string | Uint8Array, type = 'application/json'): Answer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return { kind: 'verbatim', status: 200, headers: { 'content-type': type }, body: bytes };
}

const masked: ContentParts = {
  logger: silentLogger,
  redact: (kept, of) => redactContent(kept, of, []),
};
const full: ContentParts = { logger: silentLogger, redact: undefined };

/** What is kept of a call. */
async function keep(
  parts: ContentParts,
  call: Call,
  answer: Answer,
): Promise<readonly [question: string, answer: string] | undefined> {
  const taken = await open(new ContentKeeper(parts), call, answer).take();
  return taken && [taken.question.reveal(), taken.answer.reveal()];
}

function open(keeper: ContentKeeper, call: Call, answer: Answer): ContentSource {
  const record: Pick<RequestRecord, 'id' | 'keeps'> = { id: 'req_1', keeps: () => undefined };
  const content = keeper.open(call, record);
  content.watch(answer);
  return content;
}

describe('all of it', () => {
  test('the question as it came, and the answer as it went', async () => {
    const call = callOf('I am ann@acme.example');
    const kept = await keep(full, call, answerOf('{"said":"Hello ann@acme.example"}'));
    expect(kept).toEqual([Buffer.from(call.bytes).toString(), '{"said":"Hello ann@acme.example"}']);
  });

  test('of what is no text, what it is and how large', async () => {
    const kept = await keep(full, callOf('x'), answerOf(new Uint8Array(70), 'audio/mpeg'));
    expect(kept?.[1]).toBe('{"type":"audio/mpeg","bytes":70}');
  });

  test('each is cut at 256 KiB', async () => {
    const kept = await keep(full, callOf('x'.repeat(300_000)), answerOf(`{"said":"${'y'.repeat(300_000)}"}`));
    expect(kept?.map(({ length }) => length)).toEqual([262_144, 262_144]);
  });
});

describe('redacted', () => {
  test.each([
    ['plain', 'ann@acme.example'],
    ['escaped', 'ann\\u0040acme.example'],
    ['in JSON in a string', '{\\"to\\":\\"ann\\\\u0040acme.example\\"}'],
  ])('an address that is %s', async (_, address) => {
    const bytes = Buffer.from(`{"model":"m","messages":[{"role":"user","content":"${address}"}]}`);
    const call = readCall(bytes, { operation: 'chat', dialect: 'openai-chat', headers: {} });
    const kept = await keep(masked, call, answerOf(`{"choices":[{"message":{"content":"${address}"}}]}`));
    expect(kept?.join(' ')).not.toMatch(/acme/);
    expect(kept?.[0]).toContain('[EMAIL]');
    expect(kept?.[1]).toContain('[EMAIL]');
  });

  test('an address that a stream has cut in pieces', async () => {
    const pieces = ['I am a', 'nn@ac', 'me.exam', 'ple, and 4111 1111', ' 1111 1111'];
    const events = pieces.map((content) => {
      const chunk = { choices: [{ index: 0, delta: { content }, finish_reason: null }] };
      return `data: ${JSON.stringify(chunk)}\n\n`;
    });
    const stream = `${events.join('')}data: [DONE]\n\n`;
    const kept = await keep(masked, callOf('x'), answerOf(stream, 'text/event-stream'));
    const texts: unknown = JSON.parse(kept?.[1] ?? '');
    expect(texts).toEqual({ texts: [{ type: 'text', choice: 0, text: 'I am [EMAIL], and [CARD]' }] });
  });

  test('what is cut in the middle of a text is cut before it', async () => {
    const long = `${'x '.repeat(131_000)} ann@acme.example`;
    const kept = await keep(
      masked,
      callOf(long),
      answerOf(JSON.stringify({ first: 'bob@acme.example', long })),
    );
    expect(kept?.join(' ')).not.toContain('acme');
    expect(kept?.[1]).toContain('[EMAIL]');
  });

  test('what cannot be looked through is not kept, and counted', async () => {
    const logged: unknown[] = [];
    const log = (fields: object, message: string): void => void logged.push([fields, message]);
    const keeper = new ContentKeeper({ ...masked, logger: { debug: log, info: log, warn: log, error: log } });
    const stream = answerOf('data: {"canary\n\n', 'text/event-stream');
    expect(await open(keeper, callOf('x'), stream).take()).toBeUndefined();
    expect(keeper.dropped).toBe(1);
    expect(JSON.stringify(logged)).not.toContain('canary');
    expect(logged).toHaveLength(1);
  });
});

test('no more than 64 MiB wait; beyond that contents are dropped and counted, and there is room again later', async () => {
  const keeper = new ContentKeeper(full);
  const call = callOf('x'.repeat(262_144));
  const waiting = Array.from({ length: 300 }, () => open(keeper, call, answerOf('{}')));
  const taken = await Promise.all(waiting.map((content) => content.take()));
  const kept = taken.filter((content) => content !== undefined).length;
  expect([kept >= 254, kept <= 256, keeper.dropped]).toEqual([true, true, 300 - kept]);
  expect(await open(keeper, call, answerOf('{}')).take()).toBeDefined();
});
