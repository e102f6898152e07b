import { describe, expect, test } from 'vitest';
import { restoreAnswer } from '../../packages/core/src/guard/restore-answer.ts';
import type { Dialect } from '../../packages/core/src/protocol/call.ts';
import type { ByteSink, ByteStream } from '../../packages/core/src/stream/byte-stream.ts';
import { at, eventsOf } from './faces.ts';

const originals = new Map([
  ['[EMAIL_1]', 'ann@acme.example'],
  ['[EMAIL_12]', 'bob@acme.example'],
  ['[NAME_1]', 'Zoë "Z" Žižková'],
]);
/** With what only begins like a placeholder, and what is one of somebody else's. */
const told = 'To [EMAIL_1], [EMAIL_12][NAME_1] [EMAIL_2] [EMA [[EMAIL_1]] x[1] [NAME_';
const meant =
  'To ann@acme.example, bob@acme.exampleZoë "Z" Žižková [EMAIL_2] [EMA [ann@acme.example] x[1] [NAME_';
const toldArguments = JSON.stringify({ to: '[NAME_1]', list: ['[EMAIL_1]', '[EMAIL_12]'] });
const meantArguments = { to: 'Zoë "Z" Žižková', list: ['ann@acme.example', 'bob@acme.example'] };

/** A stream in one of the formats that says a text in two pieces, and a tool call in two. */
interface Wire {
  readonly dialect: Dialect;
  readonly write: (text: readonly string[], json: readonly string[]) => string;
  readonly read: (events: readonly unknown[]) => { readonly text: string; readonly json: string };
}

function sse(events: readonly object[], named = false): string {
  return events
    .map(
      (event) => `${named ? `event: ${String(at(event, 'type'))}\n` : ''}data: ${JSON.stringify(event)}\n\n`,
    )
    .join('');
}

function gather(values: readonly unknown[]): string {
  return values.filter((value) => typeof value === 'string').join('');
}

const chunk = (delta: object, finish: string | null = null): object => ({
  id: 'c',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

const blockDelta = (index: number, delta: object): object => ({ type: 'content_block_delta', index, delta });

const wires: readonly Wire[] = [
  {
    dialect: 'openai-chat',
    write: (text, json) =>
      `${sse([
        chunk({ role: 'assistant', content: '' }),
        ...text.map((content) => chunk({ content })),
        ...json.map((part, index) =>
          chunk({
            tool_calls: [
              { index: 0, ...(index === 0 ? { id: 'call_1' } : {}), function: { arguments: part } },
            ],
          }),
        ),
        chunk({}, 'tool_calls'),
        { id: 'c', object: 'chat.completion.chunk', choices: [], usage: { total_tokens: 3 } },
      ])}data: [DONE]\n\n`,
    read: (events) => ({
      text: gather(events.map((event) => at(event, 'choices', 0, 'delta', 'content'))),
      json: gather(
        events.map((event) => at(event, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments')),
      ),
    }),
  },
  {
    dialect: 'anthropic-messages',
    write: (text, json) => {
      return sse(
        [
          { type: 'message_start', message: { id: 'm', content: [] } },
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
          ...text.map((part) => blockDelta(0, { type: 'text_delta', text: part })),
          { type: 'ping' },
          { type: 'content_block_stop', index: 0 },
          { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't', input: {} } },
          ...json.map((part) => blockDelta(1, { type: 'input_json_delta', partial_json: part })),
          { type: 'content_block_stop', index: 1 },
          { type: 'message_stop' },
        ],
        true,
      );
    },
    read: (events) => {
      const stop = events.findIndex((event) => at(event, 'type') === 'content_block_stop');
      // Nothing is said of a block that is over.
      expect(events.findLastIndex((event) => at(event, 'delta', 'text') !== undefined)).toBeLessThan(stop);
      return {
        text: gather(events.map((event) => at(event, 'delta', 'text'))),
        json: gather(events.map((event) => at(event, 'delta', 'partial_json'))),
      };
    },
  },
  {
    dialect: 'openai-responses',
    write: (text, json) =>
      sse(
        [
          { type: 'response.created', response: {} },
          ...text.map((delta) => ({
            type: 'response.output_text.delta',
            item_id: 'm',
            output_index: 0,
            content_index: 0,
            delta,
          })),
          { type: 'response.output_text.done', item_id: 'm', output_index: 0, text: text.join('') },
          ...json.map((delta) => ({
            type: 'response.function_call_arguments.delta',
            item_id: 'f',
            output_index: 1,
            delta,
          })),
          {
            type: 'response.function_call_arguments.done',
            item_id: 'f',
            output_index: 1,
            arguments: json.join(''),
          },
          { type: 'response.completed', response: { output: [] } },
        ].map((event, index) => ({ ...event, sequence_number: index })),
        true,
      ),
    read: (events) => {
      const said = (type: string, name: string): string =>
        gather(events.map((event) => (at(event, 'type') === type ? at(event, name) : undefined)));
      const text = said('response.output_text.delta', 'delta');
      const json = said('response.function_call_arguments.delta', 'delta');
      expect(said('response.output_text.done', 'text')).toBe(text);
      expect(said('response.function_call_arguments.done', 'arguments')).toBe(json);
      expect(events.map((event) => at(event, 'sequence_number'))).toEqual(events.map((_, index) => index));
      return { text, json };
    },
  },
  {
    dialect: 'gemini',
    write: (text, json) =>
      sse([
        ...text.map((part) => ({
          candidates: [{ index: 0, content: { role: 'model', parts: [{ text: part }] } }],
          usageMetadata: { totalTokenCount: 1 },
        })),
        {
          candidates: [
            {
              index: 0,
              content: {
                role: 'model',
                parts: [{ functionCall: { name: 'n', args: JSON.parse(json.join('')) as object } }],
              },
              finishReason: 'STOP',
            },
          ],
        },
      ]),
    read: (events) => {
      const parts = events.flatMap((event) => at(event, 'candidates', 0, 'content', 'parts'));
      return {
        text: gather(parts.map((part) => at(part, 'text'))),
        json: gather(parts.map((part) => JSON.stringify(at(part, 'functionCall', 'args')))),
      };
    },
  },
];

/** What comes out of a stream that is written in these pieces. */
function restored(
  pieces: readonly Buffer[],
  dialect: Dialect,
  type = 'text/event-stream',
  isOver = true,
): string {
  const written: Uint8Array[] = [];
  const stream: ByteStream = {
    pipe: (sink: ByteSink) => {
      for (const piece of pieces) sink.write(piece);
      if (isOver) sink.end();
    },
    resume: () => {},
    abort: (reason) => {
      throw reason;
    },
  };
  const answer = { kind: 'verbatim', status: 200, headers: { 'content-type': type }, body: stream } as const;
  const wantsArray = dialect === 'gemini' && type === 'application/json';
  const { body } = restoreAnswer(answer, originals, { dialect, wantsArray });
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  body.pipe({ write: (piece) => written.push(piece) > 0, end: () => {}, destroy: () => {} });
  return Buffer.concat(written).toString('utf8');
}

function halves(text: string, place: number): string[] {
  return [text.slice(0, place), text.slice(place)];
}

describe.each(wires)('a stream in the words of $dialect', ({ dialect, write, read }) => {
  test('is restored wherever its text is cut', () => {
    for (let place = 0; place <= told.length; place++) {
      const wire = write(halves(told, place), [toldArguments]);
      expect(read(eventsOf(restored([Buffer.from(wire)], dialect))).text).toBe(meant);
    }
  });

  test('is restored wherever its arguments are cut', () => {
    for (let place = 0; place <= toldArguments.length; place++) {
      const wire = write([told], halves(toldArguments, place));
      const { json } = read(eventsOf(restored([Buffer.from(wire)], dialect)));
      expect(JSON.parse(json)).toEqual(meantArguments);
    }
  });

  test('is restored character by character, and wherever its bytes are cut', () => {
    const wire = Buffer.from(write(Array.from(told), Array.from(toldArguments)));
    const atOnce = restored([wire], dialect);
    expect(read(eventsOf(atOnce)).text).toBe(meant);
    expect(JSON.parse(read(eventsOf(atOnce)).json)).toEqual(meantArguments);
    const short = Buffer.from(write(halves(told, 7), [toldArguments]));
    const expected = restored([short], dialect);
    for (let place = 0; place <= short.length; place++)
      expect(restored([short.subarray(0, place), short.subarray(place)], dialect)).toBe(expected);
  });

  test('with nothing of ours in it passes byte for byte', () => {
    const wire = write(['[1, 2] ', 'and [x] so'], ['{"a":[1.50,', '12345678901234567890]}']);
    expect(restored([Buffer.from(wire)], dialect)).toBe(wire);
  });

  test('holds back no more than the longest placeholder', () => {
    const longest = Math.max(...[...originals.keys()].map(({ length }) => length));
    for (let size = 1; size <= told.length; size++) {
      const opened = write([told.slice(0, size), '\u0000'], ['{}']);
      // As if the rest were still to come.
      const sent = opened.slice(0, opened.lastIndexOf('\n\n', opened.indexOf('\\u0000')) + 2);
      const { text } = readOpen(sent, dialect);
      const candidates = Array.from({ length: longest }, (_, held) => whole(told.slice(0, size - held)));
      expect(candidates).toContain(text);
    }
  });
});

/** What was said by the time that these bytes had come. */
function readOpen(sent: string, dialect: Dialect): { readonly text: string } {
  const events = eventsOf(restored([Buffer.from(sent)], dialect, 'text/event-stream', false));
  return {
    text: gather(
      events.flatMap((event) => [
        at(event, 'choices', 0, 'delta', 'content'),
        at(event, 'delta', 'text'),
        at(event, 'type') === 'response.output_text.delta' ? at(event, 'delta') : undefined,
        at(event, 'candidates', 0, 'content', 'parts', 0, 'text'),
      ]),
    ),
  };
}

/** What a text becomes that is there at once. */
function whole(text: string): string {
  return text.replace(/\[[A-Z]+_\d+\]/g, (mark) => originals.get(mark) ?? mark);
}

test('the array that Gemini streams stays one', () => {
  const parts = Array.from(told).map((text) => ({
    candidates: [{ index: 0, content: { parts: [{ text }] } }],
  }));
  const wire = `[${parts.map((part) => JSON.stringify(part)).join(',\r\n')}]`;
  const events: unknown = JSON.parse(restored([Buffer.from(wire)], 'gemini', 'application/json'));
  const text = (events as unknown[]).map((event) =>
    at(event, 'candidates', 0, 'content', 'parts', 0, 'text'),
  );
  expect(text.join('')).toBe(meant);
});

test('arguments that Gemini streams piece by piece are restored wherever they are cut', () => {
  const cut = 'To [NAME_1], [EMAIL_';
  for (let place = 0; place <= cut.length; place++) {
    const pieces = halves(cut, place).map((stringValue, index) => ({
      functionCall: {
        partialArgs: [{ jsonPath: '$.to', stringValue, ...(index === 0 ? { willContinue: true } : {}) }],
        willContinue: true,
      },
    }));
    const parts = [{ functionCall: { name: 'n', willContinue: true } }, ...pieces, { functionCall: {} }];
    const events = parts.map((part) => ({ candidates: [{ index: 0, content: { parts: [part] } }] }));
    const said = eventsOf(restored([Buffer.from(sse(events))], 'gemini'));
    const texts = said.map((event) =>
      at(event, 'candidates', 0, 'content', 'parts', 0, 'functionCall', 'partialArgs', 0, 'stringValue'),
    );
    expect(gather(texts)).toBe('To Zoë "Z" Žižková, [EMAIL_');
  }
});

test('choices side by side do not mix', () => {
  const events = Array.from(told).flatMap((content) =>
    [0, 1].map((index) => ({ choices: [{ index, delta: { content } }] })),
  );
  const said = eventsOf(restored([Buffer.from(sse(events))], 'openai-chat'));
  for (const index of [0, 1])
    expect(
      gather(
        said.map((event) =>
          at(event, 'choices', 0, 'index') === index
            ? at(event, 'choices', 0, 'delta', 'content')
            : undefined,
        ),
      ),
    ).toBe(meant);
});

test('a text that is JSON stays so', () => {
  const json = JSON.stringify({ who: '[NAME_1]', at: '[EMAIL_1]' });
  for (let place = 0; place <= json.length; place++) {
    const wire = wires[0]?.write(halves(json, place), ['{}']) ?? '';
    const { text } = wires[0]?.read(eventsOf(restored([Buffer.from(wire)], 'openai-chat'))) ?? { text: '' };
    expect(JSON.parse(text)).toEqual({ who: 'Zoë "Z" Žižková', at: 'ann@acme.example' });
  }
});

test('what breaks off is said to its last character', () => {
  const wire = sse([chunk({ content: 'To [EMAIL_' })]);
  const { text } = wires[0]?.read(eventsOf(restored([Buffer.from(wire)], 'openai-chat'))) ?? { text: '' };
  expect(text).toBe('To [EMAIL_');
});
