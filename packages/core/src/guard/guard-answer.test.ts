import { describe, expect, test } from 'vitest';
import type { Answer } from '../protocol/answer.ts';
import type { Dialect } from '../protocol/call.ts';
import type { AnswerPart } from '../protocol/guard.ts';
import type { ByteSink, ByteStream } from '../stream/byte-stream.ts';
import { guardAnswer } from './guard-answer.ts';
import type { Judge } from './guard-events.ts';

/** A stream that gives all at once, in pieces of so many bytes. */
function streamOf(text: string, size = 64): ByteStream {
  return {
    pipe: (sink) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) sink.write(bytes.subarray(at, at + size));
      sink.end();
    },
    resume: () => {},
    abort: () => {},
  };
}

function read(body: Answer['body']): Promise<string> {
  if (body instanceof Uint8Array) return Promise.resolve(Buffer.from(body).toString());
  return new Promise((resolve, reject) => {
    let told = '';
    const sink: ByteSink = {
      write: (chunk) => {
        told += Buffer.from(chunk).toString();
        return true;
      },
      end: () => resolve(told),
      destroy: reject,
    };
    body.pipe(sink);
  });
}

interface Given {
  readonly dialect?: Dialect;
  readonly type?: string;
  readonly wantsArray?: boolean;
  readonly judge?: Judge;
}

async function judged(body: Answer['body'], given: Given = {}): Promise<string> {
  const { dialect = 'openai-chat', type = 'application/json', wantsArray = false } = given;
  const { judge = ({ text }: AnswerPart) => text.replaceAll('old', 'new') } = given;
  const answer = { kind: 'verbatim', status: 200, headers: { 'content-type': type }, body } as const;
  const guarded = await guardAnswer(answer, {
    dialect,
    wantsArray,
    judge,
    word: () => Buffer.from('data: {"error":"told"}\n\n'),
    wordInArray: () => '{"error":"told"}',
    failed: (thrown) => (thrown instanceof Error ? thrown : new Error(String(thrown))),
  });
  return read(guarded.body);
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const events = (...data: unknown[]): string =>
  data.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('');

const choice = (index: number, text: string): object => ({
  index,
  message: {
    role: 'assistant',
    content: text,
    reasoning_content: text,
    tool_calls: [{ id: 'old', type: 'function', function: { name: 'old', arguments: '{"a":"old"}' } }],
  },
  logprobs: { content: [{ token: text }] },
  finish_reason: 'stop',
});

const chunk = (index: number, text: string, finish: string | null = null): object => ({
  choices: [{ index, text, logprobs: null, finish_reason: finish }],
});

const element = (text: string): object => ({
  candidates: [{ index: 0, content: { parts: [{ text }] } }],
});

const refusing: Judge = ({ text }) => {
  if (text === 'stop') throw new Error('refused');
  return text;
};

describe('whole answers', () => {
  test('choices side by side, thoughts, calls of tools, and probabilities that say the same again', async () => {
    const parts: AnswerPart[] = [];
    const told = await judged(json({ id: 'old', choices: [choice(0, 'old'), choice(1, 'fine')] }), {
      judge: (part) => {
        parts.push(part);
        return part.text.replaceAll('old', 'new');
      },
    });
    const answer: { readonly choices: readonly unknown[] } = JSON.parse(told);
    expect(answer).toMatchObject({ id: 'old' });
    expect(answer.choices[0]).toMatchObject({
      message: {
        content: 'new',
        reasoning_content: 'new',
        tool_calls: [{ id: 'old', function: { name: 'old', arguments: '{"a":"new"}' } }],
      },
      logprobs: null,
    });
    expect(parts.map(({ type, choice: at }) => `${type} ${at}`)).toEqual([
      'text 0',
      'reasoning 0',
      'tool-input 0',
      'text 1',
      'reasoning 1',
      'tool-input 1',
    ]);
    expect(parts.every(({ isLast }) => isLast)).toBe(true);
  });

  test('what nobody changes stays byte for byte', async () => {
    const body = Buffer.from('{ "choices" : [ {"index":0,"text":"fine","n":12345678901234567890} ] }');
    expect(await judged(body)).toBe(body.toString());
  });

  test('an object that a tool is called with stays one', async () => {
    const body = json({ content: [{ type: 'tool_use', id: 't', name: 'old', input: { a: 'old', n: 1 } }] });
    const told: unknown = JSON.parse(await judged(body, { dialect: 'anthropic-messages' }));
    expect(told).toEqual({
      content: [{ type: 'tool_use', id: 't', name: 'old', input: { a: 'new', n: 1 } }],
    });
    await expect(judged(body, { dialect: 'anthropic-messages', judge: () => 'no object' })).rejects.toThrow(
      'must be a JSON object',
    );
  });

  test('transcripts, as JSON with their segments, and as text', async () => {
    const transcript = { text: 'old words', segments: [{ id: 0, text: 'old' }], words: [{ word: 'old' }] };
    expect(JSON.parse(await judged(json(transcript)))).toEqual({
      text: 'new words',
      segments: [{ id: 0, text: 'new' }],
      words: [{ word: 'new' }],
    });
    for (const type of ['text/plain; charset=utf-8', 'application/x-subrip', 'text/vtt'])
      expect(await judged(Buffer.from('1\n00:00 --> 00:01\nold'), { type })).toBe('1\n00:00 --> 00:01\nnew');
  });

  test('a large one that comes as a stream is put together first', async () => {
    const body = streamOf(JSON.stringify({ choices: [{ index: 0, text: `${'x'.repeat(5000)}old` }] }));
    expect(await judged(body)).toContain('xxnew');
  });

  test('sound passes; what claims to be JSON and is none does not', async () => {
    expect(await judged(Buffer.from('old'), { type: 'audio/mpeg' })).toBe('old');
    await expect(judged(Buffer.from('{"old'))).rejects.toThrow('cannot be looked through');
  });
});

describe('streams', () => {
  test('pieces of several choices are told apart, and a text that is over is said to be', async () => {
    const parts: AnswerPart[] = [];
    const judge: Judge = (part) => {
      parts.push(part);
      return part.isLast ? `${part.text}.` : part.text;
    };
    const stream = events(
      chunk(0, 'a'),
      chunk(1, 'b'),
      chunk(0, 'c'),
      chunk(0, '', 'stop'),
      chunk(1, 'd', 'stop'),
    );
    const told = await judged(streamOf(`${stream}data: [DONE]\n\n`), { type: 'text/event-stream', judge });
    expect(parts.map((part) => [part.choice, part.text, part.isLast])).toEqual([
      [0, 'a', false],
      [1, 'b', false],
      [0, 'c', false],
      [0, '', true],
      [1, 'd', true],
    ]);
    const said = (index: number): string =>
      [...told.matchAll(new RegExp(`"index":${index},"text":"([^"]*)"`, 'g'))]
        .map(([, text]) => text)
        .join('');
    expect([said(0), said(1)]).toEqual(['ac.', 'bd.']);
    expect(told.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('transcripts: the last event says the same as the pieces', async () => {
    const stream = events(
      { type: 'transcript.text.delta', delta: 'An old ', logprobs: [{ token: 'old' }] },
      { type: 'transcript.text.delta', delta: 'word' },
      { type: 'transcript.text.done', text: 'An old word' },
    );
    const told = await judged(streamOf(stream), { type: 'text/event-stream' });
    expect(told).not.toContain('old');
    expect(told).toContain('"text":"An new word"');
  });

  test('an event that lacks the empty line behind it is looked at, too', async () => {
    const stream = events(chunk(0, 'a')) + events(chunk(0, 'old', 'stop')).trimEnd();
    expect(await judged(streamOf(stream), { type: 'text/event-stream' })).toContain('"text":"new"');
  });

  test('an event that is no JSON ends it', async () => {
    const stream = `${events(chunk(0, 'a'))}data: {"old\n\n`;
    await expect(judged(streamOf(stream, 4096), { type: 'text/event-stream' })).rejects.toThrow('no JSON');
  });

  test('Gemini’s array stays one, also where it is refused in the middle', async () => {
    const stream = JSON.stringify([element('old '), element('words'), element('stop')]);
    const given = { dialect: 'gemini', wantsArray: true } as const;
    const told: unknown = JSON.parse(await judged(streamOf(stream), given));
    expect(told).toEqual([element('new '), element('words'), element('stop')]);
    // The first chunk has the first element and no more.
    const size = JSON.stringify([element('old ')]).length;
    const late = streamOf(stream, size);
    const waiting: ByteStream = {
      ...late,
      pipe: (sink) => {
        sink.write(Buffer.from(stream.slice(0, size)));
        setImmediate(() => {
          sink.write(Buffer.from(stream.slice(size)));
          sink.end();
        });
      },
    };
    const broken: unknown = JSON.parse(await judged(waiting, { ...given, judge: refusing }));
    expect(broken).toEqual([element('old '), element('words'), { error: 'told' }]);
  });
});
